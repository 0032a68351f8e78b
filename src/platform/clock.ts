import type { Clock } from '../ports/platform.js';

export const systemClock: Clock = { now: () => new Date() };
