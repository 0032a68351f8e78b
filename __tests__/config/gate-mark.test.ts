import { describe, expect, test } from '@jest/globals';
import { gateVariable, readGateMark, renderGateMark } from '../../src/config/gate-mark.js';
import { howToOpen } from '../../src/core/gate-advice.js';

describe('the mark of a gate', () => {
  test('carries name and store in one word, whatever the name', () => {
    const gate = { name: 'nightly triage\n“x” ::set', store: 'both' } as const;
    const { variable, value } = renderGateMark('triage', gate);
    expect(value).toMatch(/^[\w-]+$/);
    expect(variable).toBe(gateVariable('triage'));
    expect(readGateMark(value)).toEqual(gate);
  });

  test.each([undefined, '', 'x', 'e30', Buffer.from('{"name":"a","store":"floor"}').toString('base64url')])(
    '%p is none',
    (value) => expect(readGateMark(value)).toBeUndefined(),
  );
});

test('a gate that is kept elsewhere is opened there', () => {
  expect(howToOpen('nightly')).not.toContain('gate-store');
  expect(howToOpen('nightly', 'issue')).toMatch(/`gate-store: issue`.*--gate-store issue/);
});
