import { markAsUntransferable } from 'node:worker_threads';
import { describe, expect, test } from '@jest/globals';
import { freeBytes } from '../../src/wire/free-bytes.js';

describe('memory is given back', () => {
  test('of large bytes at once', () => {
    const bytes = Buffer.alloc(64 * 1024, 'a');
    freeBytes([bytes]);
    expect(bytes.length).toBe(0);
  });

  test('never where others lie in the same memory', () => {
    const whole = Buffer.alloc(128 * 1024, 'a');
    const part = whole.subarray(0, 64 * 1024);
    const pooled = Buffer.from('short, and in a block with others');
    freeBytes([part, pooled]);
    expect([part.length, whole.length, String(pooled)]).toEqual([
      64 * 1024,
      128 * 1024,
      'short, and in a block with others',
    ]);
  });

  test('unless somebody has forbidden it', () => {
    const bytes = Buffer.alloc(64 * 1024, 'a');
    markAsUntransferable(bytes.buffer);
    expect(() => freeBytes([bytes])).not.toThrow();
    expect(bytes.length).toBe(64 * 1024);
  });
});
