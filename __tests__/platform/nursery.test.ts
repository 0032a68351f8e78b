import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';

const MODULE = new URL('../../src/platform/nursery.ts', import.meta.url).href;
const HOOKS = new URL('../../scripts/ts-hooks.mjs', import.meta.url).href;

/** Megabytes that V8 holds for young objects after a load that keeps some of them for a while. */
function youngMbAfterLoad(before: string): number {
  const program = `
    ${before}
    let kept = [];
    for (let made = 0; made < 4_000_000; made += 1) {
      kept.push({ made });
      if (kept.length > 200_000) kept = [];
    }
    const spaces = process.getBuiltinModule('node:v8').getHeapSpaceStatistics();
    console.log(spaces.find((space) => space.space_name === 'new_space').space_size / 2 ** 20);`;
  const args = [`--import=${HOOKS}`, '--input-type=module', '--eval', program];
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8', env: {} }));
}

describe('the young generation', () => {
  test('grows under load, and not where it is kept small', () => {
    expect(youngMbAfterLoad('')).toBeGreaterThan(16);
    const keep = `(await import(${JSON.stringify(MODULE)})).keepNurserySmall();`;
    expect(youngMbAfterLoad(keep)).toBeLessThanOrEqual(4);
  });
});
