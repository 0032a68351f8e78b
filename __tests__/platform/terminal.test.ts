import { describe, expect, test } from '@jest/globals';
import { finding } from '../../src/core/findings.js';
import { TerminalRunner } from '../../src/platform/terminal.js';

function terminal() {
  const lines: string[] = [];
  return { runner: new TerminalRunner((line) => lines.push(line)), lines };
}

describe('a terminal', () => {
  test('shows findings with their level and what to do next', () => {
    const { runner, lines } = terminal();
    runner.annotate(finding('error', 'a', 'Budget is too low', '$3.00 left.', { advice: 'Raise it.' }));
    runner.annotate(finding('warning', 'b', 'Gate is unknown', 'Down.'));
    runner.annotate(finding('notice', 'c', 'Budget is 50 % used', 'Half.'));
    expect(lines).toEqual([
      'error: Budget is too low. $3.00 left.\n  Raise it.',
      'warning: Gate is unknown. Down.',
      'note: Budget is 50 % used. Half.',
    ]);
  });

  test('says nothing that a runner would obey', () => {
    const { runner, lines } = terminal();
    runner.info('a\n::add-mask::b\r  ::set-env::c ##[command]d, not e::f');
    expect(lines).toEqual(['a\n: :add-mask::b\r  : :set-env::c ## [command]d, not e::f']);
  });

  test('masks every secret, wherever it stands and however often', () => {
    const { runner, lines } = terminal();
    runner.setSecret('sk-one');
    runner.setSecret('tok+en(2)');
    runner.info('sk-one and tok+en(2) and sk-one');
    runner.annotate(finding('error', 'a', 'sk-one', 'tok+en(2)', { advice: 'sk-one' }));
    expect(lines[0]).toBe('*** and *** and ***');
    expect(lines[1]).toBe('error: ***. ***\n  ***');
  });

  test('masks a secret that holds another one wholly', () => {
    const { runner, lines } = terminal();
    runner.setSecret('sk-one');
    runner.setSecret('sk-one-and-more');
    runner.info('sk-one-and-more');
    expect(lines).toEqual(['***']);
  });

  test.each([
    ['', 'a key of abc is 4 long'],
    ['a', 'a key of abc is 4 long'],
    ['abc', 'a key of abc is 4 long'],
    ['long', 'a key of abc is 4 ***'],
  ])('masks %j only where it is long enough to be a secret', (secret, expected) => {
    const { runner, lines } = terminal();
    runner.setSecret(secret);
    runner.info('a key of abc is 4 long');
    expect(lines).toEqual([expected]);
  });

  test('keeps outputs for `--json`; what is not known is the empty string, and zero is zero', () => {
    const { runner, lines } = terminal();
    runner.setOutput('requests', 0);
    runner.setOutput('remaining', undefined);
    runner.setOutput('verdict', 'allow');
    expect(runner.outputs).toEqual({ requests: 0, remaining: '', verdict: 'allow' });
    expect(lines).toEqual([]);
  });

  test('has no summary and no later steps', async () => {
    const { runner, lines } = terminal();
    await runner.addSummary();
    runner.exportVariable();
    expect(lines).toEqual([]);
  });
});
