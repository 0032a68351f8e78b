/**
 * Jest runs each test file in a realm of its own, while errors that Node itself makes (`ECONNRESET`, `ENOENT`, `ESRCH`)
 * come from the outer one, so that `instanceof Error` is false for them. Outside of Jest there is one realm. Importing
 * this file makes the test's realm agree.
 */
import { types } from 'node:util';

const ordinary = Function.prototype[Symbol.hasInstance];

Object.defineProperty(Error, Symbol.hasInstance, {
  configurable: true,
  value(this: unknown, value: unknown): boolean {
    return ordinary.call(this as () => void, value) || (this === Error && types.isNativeError(value));
  },
});
