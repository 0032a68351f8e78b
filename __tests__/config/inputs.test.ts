import { describe, expect, test } from '@jest/globals';
import { INPUT_NAMES, INPUTS, inputSpec, MODES } from '../../src/config/inputs.js';
import { AppError } from '../../src/core/errors.js';

test.each(INPUT_NAMES.filter((name) => !inputSpec(name).example.includes('${{')))(
  'the example of %s is a right value',
  (name) => {
    const spec = inputSpec(name);
    expect(() => spec.parse(spec.example)).not.toThrow();
    expect(spec.modes.every((mode) => MODES.includes(mode))).toBe(true);
  },
);

test('every key and every webhook is a secret, and no other input is', () => {
  expect(INPUT_NAMES.filter((name) => inputSpec(name).secret)).toEqual(
    INPUT_NAMES.filter((name) => /-(?:key|token|control|webhook|secret)$/.test(name)),
  );
});

describe('kill-switch', () => {
  test.each(['', 'false', 'False', '0', 'no', 'OFF', ' '])('%p is off', (text) => {
    expect(INPUTS['kill-switch'].parse(text)).toBeUndefined();
  });

  test.each(['true', '1', 'yes', 'on', 'ture', 'incident 7', 'null'])(
    '%p stops, for a stop does not depend on spelling',
    (text) => {
      expect(INPUTS['kill-switch'].parse(text)).toBe(text);
    },
  );
});

describe('URLs', () => {
  test.each([
    ['https://llm.example.com/', 'https://llm.example.com'],
    ['http://127.0.0.1:4000/v1', 'http://127.0.0.1:4000/v1'],
    [' https://a.example/x// ', 'https://a.example/x'],
  ])('%p is read as %p', (text, expected) => {
    expect(INPUTS['gateway-url'].parse(text)).toBe(expected);
  });

  test.each([
    'llm.example.com',
    'ftp://a.example',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://',
    '',
  ])('%p is refused', (text) => {
    expect(() => INPUTS['gateway-url'].parse(text)).toThrow(AppError);
  });

  test.each([
    ['http://user:secret@a.example', 'The address of a.example has a login, which is not sent.'],
    ['https://a.example/v1?api-version=1', 'The address of a.example has a query, which is not sent.'],
    ['https://a.example/#x', 'The address of a.example has a query, which is not sent.'],
  ])('%p is refused: a part of it would go missing', (text, message) => {
    expect(() => INPUTS['gateway-url'].parse(text)).toThrow(message);
  });
});

test.each(['gateway-key', 'admin-key'] as const)(
  '%s: what no header can carry is refused, and not repeated',
  (name) => {
    expect(INPUTS[name].parse('sk-1 a~b')).toBe('sk-1 a~b');
    for (const key of ['sk-1\nsk-2', 'sk-ключ', ''])
      expect(() => INPUTS[name].parse(key)).toThrow(/^It holds a line break, or letters that no HTTP header/);
  },
);

describe('choices', () => {
  test.each([
    ['on-unreadable', 'blok'],
    ['on-gate-unknown', 'ignore'],
    ['on-out-of-range', 'Block'],
    ['on-unpriced', 'pass'],
    ['comment', 'sometimes'],
    ['shell', 'fish'],
    ['gate-action', 'toggle'],
    ['observe', 'yes'],
  ] as const)('%s: %p is refused with all that is allowed', (name, text) => {
    expect(() => inputSpec(name).parse(text)).toThrow(/is none of [\w-]+, /);
  });

  test.each([
    ['true', true],
    ['TRUE', true],
    [' false ', false],
  ])('observe: %p is %p', (text, expected) => {
    expect(INPUTS.observe.parse(text)).toBe(expected);
  });
});

test.each([
  ['0.05..0.50 USD', { min: 50_000_000, max: 500_000_000 }],
  ['$1..$2', { min: 1_000_000_000, max: 2_000_000_000 }],
  ['1 USD..2 USD', { min: 1_000_000_000, max: 2_000_000_000 }],
  ['..0.50 USD', { min: undefined, max: 500_000_000 }],
  ['0.10..', { min: 100_000_000, max: undefined }],
  ['.5...6', { min: 500_000_000, max: 600_000_000 }],
])('expect-cost: %p', (text, expected) => {
  expect(INPUTS['expect-cost'].parse(text)).toEqual(expected);
});

describe('budget-scope', () => {
  test.each([
    ['organization=octo-org', { organization: 'octo-org' }],
    ['project=proj_abc, workspace=wrk/1', { project: 'proj_abc', workspace: 'wrk/1' }],
    ['value=api_key:ci-agent', { value: 'api_key:ci-agent' }],
    ['a=b=c', { a: 'b=c' }],
    ['', {}],
  ])('%p', (text, expected) => {
    expect(INPUTS['budget-scope'].parse(text)).toEqual(expected);
  });

  test.each(['octo-org', 'organization', 'organization=', '=octo-org', 'a b=c', 'a:b=c'])(
    '%p is refused with an example',
    (text) => {
      expect(() => INPUTS['budget-scope'].parse(text)).toThrow(/is not `name=value`/);
    },
  );
});

describe('verify-probes', () => {
  test.each([
    ['happy-path', ['happy-path']],
    ['exhaustion, happy-path', ['exhaustion', 'happy-path']],
    ['fallback\nisolation', ['fallback', 'isolation']],
  ])('%j', (text, expected) => {
    expect(INPUTS['verify-probes'].parse(text)).toEqual(expected);
  });

  test('one that does not exist is refused with all that do', () => {
    expect(() => INPUTS['verify-probes'].parse('happy-path,exhaust')).toThrow(
      /"exhaust" is none of happy-path, request-ceiling, isolation, exhaustion, fallback/,
    );
  });
});
