import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type CliRequest, parseCommandLine, type RunRequest } from '../../src/entrypoints/command-line.js';

let complaints = '';

beforeEach(() => {
  complaints = '';
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    complaints += String(text);
    return true;
  });
});

afterEach(() => {
  jest.restoreAllMocks();
});

function isRun(request: CliRequest): request is RunRequest {
  return request.command !== 'classify';
}

function parsed(line: string, environment: Readonly<Record<string, string>> = {}): RunRequest {
  const request = parseCommandLine(line.split(' '), environment);
  if (isRun(request)) return request;
  throw new Error('this is no run');
}

describe('a switch', () => {
  test.each(['observe', 'background', 'wrap-up', 'agent-telemetry'] as const)(
    '--%s says yes alone, and what follows it as true or false',
    (name) => {
      const said = (flag: string) => {
        const { inputs, agentCommand } = parsed(`wrap ${flag} -- echo hi`);
        expect(agentCommand).toEqual(['echo', 'hi']);
        return inputs[name];
      };
      expect(said(`--${name}`)).toBe('true');
      expect(said(`--${name}=false`)).toBe('false');
      expect(said(`--${name}=true`)).toBe('true');
      expect(said(`--${name} false`)).toBe('false');
      expect(said(`--${name} true`)).toBe('true');
      expect(said(`--${name} --max-cost 2`)).toBe('true');
      expect(said(`--${name}=maybe`)).toBe('maybe');
    },
  );

  test('takes no word of the command for its value', () => {
    expect(parsed('wrap --observe echo hi')).toMatchObject({
      inputs: { observe: 'true' },
      agentCommand: ['echo', 'hi'],
    });
    expect(parsed('wrap --observe -- false --observe').agentCommand).toEqual(['false', '--observe']);
    expect(parsed('wrap -- tool --observe false')).toMatchObject({
      inputs: { mode: 'wrap' },
      agentCommand: ['tool', '--observe', 'false'],
    });
  });

  test('outranks its variable', () => {
    const environment = { SPENDGATE_OBSERVE: 'true' };
    expect(parsed('pre', environment).inputs.observe).toBe('true');
    expect(parsed('pre --observe false', environment).inputs.observe).toBe('false');
  });
});

test.each(['wrap --observe no -- echo hi', 'wrap stray -- echo'])(
  '%s is refused: what stands in front of -- is never run',
  (line) => {
    expect(() => parsed(line)).toThrow(/in front of -- is no flag/);
    expect(complaints).toContain('Example: spendgate wrap');
  },
);

test('help names the default that holds on the command line, and says what is no input', () => {
  let help = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    help += String(text);
    return true;
  });
  expect(() => parsed('meter --help')).toThrow();
  const words = help.replaceAll(/\s+/g, ' ');
  expect(words).toContain('Default: the variable GITHUB_TOKEN.');
  expect(words).not.toContain('${{');
  expect(words).toContain('--port, --json and --compare are no inputs.');
  expect(words).toContain('JSON is what it prints anyway');
});

describe('a flag that is none', () => {
  test('is a fault beside what else is wrong, with the nearest one and how it is written', () => {
    const { inputs, agentCommand, faults } = parsed(
      'wrap --max-cots 5 --timeout 3x --tsk=t -- claude --max-cots',
    );
    expect([inputs, agentCommand]).toEqual([{ mode: 'wrap', timeout: '3x' }, ['claude', '--max-cots']]);
    expect(faults).toEqual([
      {
        where: '--max-cots',
        message: 'This is no flag of `spendgate wrap`; the nearest one is `--max-cost`.',
        example: "--max-cost '2 USD'",
      },
      expect.objectContaining({ where: '--tsk', example: '--task triage' }),
    ]);
  });

  test.each(['pre', 'post', 'gate', 'comment', 'verify', 'meter', 'config'])('is told by %s', (command) => {
    expect(parsed(`${command} --jsno --observe`).faults).toMatchObject([
      { where: '--jsno', example: '--json' },
    ]);
  });

  test('may be one of another command', () => {
    expect(parsed('pre --max-cots 5 --timeout 3m').faults).toEqual([
      {
        where: '--max-cots',
        message: 'This is no flag of `spendgate pre`; the nearest one is `--max-cost`, which is for wrap.',
        example: "spendgate wrap --max-cost '2 USD'",
      },
      {
        where: '--timeout',
        message: 'This is no flag of `spendgate pre`; it is for wrap.',
        example: 'spendgate wrap --timeout 20m',
      },
    ]);
  });

  test('is no value, and no word of an agent', () => {
    expect(parsed('pre --task --odd --min-remaining=1').inputs).toMatchObject({
      task: '--odd',
      'min-remaining': '1',
    });
    expect(parsed('gate open --reason x --task t').faults).toEqual([]);
    expect(parsed('wrap --task t echo hi').agentCommand).toEqual(['echo', 'hi']);
  });
});

test.each([
  ['post --expect-cost 9 USD', "--expect-cost '9 USD'"],
  ['wrap --max-cost 9 USD -- claude', "--max-cost '9 USD'"],
  ['wrap --max-cost 9 USD claude -p', "--max-cost '9 USD'"],
  ['wrap --max-tokens 200k tokens -- claude', "--max-tokens '200k tokens'"],
  ['pre --task my task', "--task 'my task'"],
  ['config --max-cost 9 USD', "--max-cost '9 USD'"],
])('%s needs quotes, and is told how', (line, quoted) => {
  expect(() => parsed(line)).toThrow();
  expect(complaints).toContain(`Quote it: ${quoted}`);
});
