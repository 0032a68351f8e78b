/** `docs/alerts.md` shows what is really sent, and its two ways to verify a signature tell right from wrong. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { formatFor } from '../src/alerts/index.js';
import { budgetAlertOf, gateAlertOf } from './support/alerts.js';

const SECRET = '0123456789abcdef0123456789abcdef';
const PAGE = readFileSync(new URL('../docs/alerts.md', import.meta.url), 'utf8');
const dir = mkdtempSync(join(tmpdir(), 'spendgate-verify-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function blockOf(name: string): string {
  const found = new RegExp(`<!-- ${name}:begin -->\n\`\`\`\\w+\n([\\s\\S]*?)\`\`\``).exec(PAGE)?.[1];
  if (found === undefined) throw new Error(`docs/alerts.md has no block ${name}`);
  return found;
}

const envelopeAt = (timestamp: number) => ({ deliveryId: 'd-1', timestamp, secret: SECRET });

test.each([
  ['alert-budget', 'json', budgetAlertOf()],
  ['alert-gate', 'json', gateAlertOf()],
  ['alert-slack', 'slack', budgetAlertOf()],
  ['alert-teams', 'teams', gateAlertOf()],
])('the payload %s is what is sent', (name, format, alert) => {
  const { body } = formatFor('', format).render(alert, envelopeAt(0));
  expect(JSON.parse(blockOf(name))).toEqual(JSON.parse(body));
});

/** What a receiver got: headers and body, maybe not as they were sent. */
interface Received {
  readonly secret: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Each prints `true` or `false` for what it is given as JSON. */
const VERIFIERS: readonly [string, string, (path: string) => string[], string][] = [
  [
    'Node',
    'verify-node',
    (path) => [process.execPath, path],
    `
const { secret, headers, body } = JSON.parse(process.argv[2]);
console.log(isFromSpendgate(secret, headers, Buffer.from(body)));`,
  ],
  [
    'Python',
    'verify-python',
    (path) => ['python3', path],
    `
import json, sys
given = json.loads(sys.argv[1])
print(str(is_from_spendgate(given["secret"], given["headers"], given["body"].encode())).lower())`,
  ],
];

describe.each(VERIFIERS)('%s', (language, block, command, main) => {
  const path = join(dir, language === 'Node' ? 'verify.mjs' : 'verify.py');
  writeFileSync(path, blockOf(block) + main);

  function verify(received: Received): string {
    const [program = '', ...args] = command(path);
    const { stdout, stderr } = spawnSync(program, [...args, JSON.stringify(received)], { encoding: 'utf8' });
    return stdout.trim() || stderr;
  }

  const now = Math.floor(Date.now() / 1000);
  const sent = (timestamp = now): Received => ({
    secret: SECRET,
    ...formatFor('', 'json').render(
      gateAlertOf({ reason: 'Größe überschritten: 😀' }),
      envelopeAt(timestamp),
    ),
  });
  const withHeader = (name: string, value: string): Received => {
    const received = sent();
    return { ...received, headers: { ...received.headers, [name]: value } };
  };

  test('takes what was sent', () => {
    expect(verify(sent())).toBe('true');
  });

  test.each<[string, () => Received]>([
    ['a changed body', () => ({ ...sent(), body: sent().body.replace('critical', 'info') })],
    ['another secret', () => ({ ...sent(), secret: 'another-secret-of-the-receiver' })],
    ['a message of an hour ago', () => sent(now - 3600)],
    ['another time', () => withHeader('x-spendgate-timestamp', String(now - 1))],
    ['a time that is none', () => withHeader('x-spendgate-timestamp', 'soon')],
    ['no signature', () => ({ ...sent(), headers: {} })],
    ['a cut signature', () => withHeader('x-spendgate-signature-256', 'sha256=00')],
    ['a signature in other letters', () => withHeader('x-spendgate-signature-256', 'sha256=ü')],
  ])('refuses %s', (_name, received) => {
    expect(verify(received())).toBe('false');
  });
});
