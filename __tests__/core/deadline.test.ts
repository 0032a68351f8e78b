import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { withDeadline } from '../../src/core/deadline.js';

describe('withDeadline', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test('gives what came in time, and leaves no timer behind', async () => {
    await expect(withDeadline(Promise.resolve(7), 1000, () => 0)).resolves.toBe(7);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('passes a failure on', async () => {
    await expect(withDeadline(Promise.reject(new Error('no')), 1000, () => 0)).rejects.toThrow('no');
    expect(jest.getTimerCount()).toBe(0);
  });

  test('gives the substitute once the time is over, not earlier', async () => {
    let answer: string | undefined;
    const bounded = withDeadline(new Promise<string>(() => undefined), 1000, () => 'late').then((value) => {
      answer = value;
    });
    await jest.advanceTimersByTimeAsync(999);
    expect(answer).toBeUndefined();
    await jest.advanceTimersByTimeAsync(1);
    await bounded;
    expect(answer).toBe('late');
  });
});
