import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { checkNode } from '../../src/entrypoints/node-version.js';

describe('the oldest Node', () => {
  test.each(['22.15.0', '22.16.1', '24.0.0', '100.1.0'])('%s is new enough', (version) => {
    expect(() => checkNode(version)).not.toThrow();
  });

  test.each(['22.14.9', '22.2.0', '20.19.0', '18.20.0'])('%s is too old', (version) => {
    expect(() => checkNode(version)).toThrow(`needs Node 22.15 or newer; this is ${version}.`);
  });

  test('is the one that package.json asks for', () => {
    const { engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    const [, oldest = ''] = />=(\S+)/.exec(engines.node) ?? [];
    expect(() => checkNode(`${oldest}.0`)).not.toThrow();
    const [major, minor] = oldest.split('.').map(Number);
    expect(() => checkNode(`${major}.${(minor ?? 0) - 1}.9`)).toThrow(`needs Node ${oldest} or newer`);
  });
});
