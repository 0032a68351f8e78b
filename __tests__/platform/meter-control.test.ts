/** The way to a meter in the background, over real sockets: who knows the secret, and who only pretends. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import '../support/realm.js';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Agent } from 'undici';
import type { MeterHandle } from '../../src/core/meter-handle.js';
import { createMeterControl, serveControl, writeWill } from '../../src/platform/meter-control.js';

const OWN = 'own-secret-0123456789abcdef0123456789';
const SHARED = 'shared-secret-0123456789abcdef01234567';
const TESTAMENT = '{"endedBy":"request"}\nwith a second line';

const dispatcher = new Agent();
const control = createMeterControl(dispatcher);
let dir: string;
let ledger: string;
let closers: (() => void)[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'spendgate-control-'));
  ledger = join(dir, 'triage-1-abc.ndjson');
  closers = [];
});
afterEach(() => {
  for (const close of closers) close();
  rmSync(dir, { recursive: true, force: true });
});
afterAll(() => dispatcher.destroy());

async function serve(): Promise<{
  handle: (secret?: string) => MeterHandle;
  finished: () => number;
  handedOver: () => number;
  askedBy: string[];
}> {
  let finished = 0;
  const askedBy: string[] = [];
  let handedOver = 0;
  const { url, close } = await serveControl({
    secrets: [OWN, SHARED],
    finish: async (by) => {
      askedBy.push(by);
      finished += 1;
      return TESTAMENT;
    },
    onHandedOver: () => {
      handedOver += 1;
    },
  });
  closers.push(close);
  const handle = (secret = OWN) => ({ controlUrl: url, secret, task: 'triage', ledger, policy: '' });
  return { handle, askedBy, finished: () => finished, handedOver: () => handedOver };
}

/** Listens where a meter was, and answers as it likes. */
async function standIn(answer: (headers: IncomingHttpHeaders) => { proof: string; text: string }) {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(JSON.stringify([request.url, request.rawHeaders]));
    const { proof, text } = answer(request.headers);
    response.writeHead(200, { 'x-spendgate-proof': proof }).end(text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  return { controlUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

describe('the meter', () => {
  test.each([OWN, SHARED])('answers whoever has one of its secrets', async (secret) => {
    const { handle, handedOver } = await serve();
    expect(await control.isThere(handle(secret))).toBe(true);
    expect(await control.finish(handle(secret))).toEqual({ kind: 'ended', testament: TESTAMENT });
    expect(handedOver()).toBe(1);
  });

  test('ends for nobody else', async () => {
    const { handle, finished } = await serve();
    expect(await control.isThere(handle('another-secret-0123456789abcdef01'))).toBe(false);
    expect(await control.finish(handle('another-secret-0123456789abcdef01'))).toMatchObject({
      kind: 'forged',
    });
    for (const path of ['/finish', '/health', '/', '/finish?x'])
      expect((await fetch(`${handle().controlUrl}${path}`, { method: 'POST' })).status).toBe(403);
    expect(finished()).toBe(0);
  });

  test('a proof for one question is none for another', async () => {
    const { handle, finished } = await serve();
    const { controlUrl, seen } = await standIn(() => ({ proof: '', text: '' }));
    await control.isThere({ ...handle(), controlUrl });
    const proof = /"x-spendgate-proof","(\w+)"/.exec(seen[0] ?? '')?.[1] ?? '';
    const headers = { 'x-spendgate-proof': proof };
    expect((await fetch(`${handle().controlUrl}/health`, { method: 'POST', headers })).status).toBe(200);
    expect((await fetch(`${handle().controlUrl}/finish`, { method: 'POST', headers })).status).toBe(403);
    expect(finished()).toBe(0);
  });
});

test('the meter is told which of its two secrets it was asked with', async () => {
  const { handle, askedBy } = await serve();
  await control.finish(handle(SHARED));
  await control.finish(handle(OWN));
  expect(askedBy).toEqual(['variable', 'output']);
});

describe('whoever stands in for the meter', () => {
  test.each([
    ['no proof', () => ({ proof: '', text: TESTAMENT })],
    [
      'the proof it was asked with',
      (headers: IncomingHttpHeaders) => ({ proof: String(headers['x-spendgate-proof']), text: TESTAMENT }),
    ],
  ])('with %s is not believed, and learns no secret', async (_name, answer) => {
    const { controlUrl, seen } = await standIn(answer);
    const end = await control.finish({ controlUrl, secret: OWN, task: 'triage', ledger, policy: '' });
    expect(end).toEqual({ kind: 'forged', evidence: 'something else answered on its port (200)' });
    expect(seen.join()).not.toContain(OWN);
  });

  test('cannot hold post up with an answer that does not end', async () => {
    const { controlUrl } = await standIn(() => ({ proof: '', text: 'x'.repeat(9 * 1024 * 1024) }));
    expect(
      await control.finish({ controlUrl, secret: OWN, task: 'triage', ledger, policy: '' }),
    ).toMatchObject({
      kind: 'gone',
      evidence: expect.stringContaining('larger than'),
    });
  });
});

describe('a meter that is gone', () => {
  const nowhere = 'http://127.0.0.1:1';
  const gone = (secret = OWN) =>
    control.finish({ controlUrl: nowhere, secret, task: 'triage', ledger, policy: '' });
  const will = () => ledger.replace('.ndjson', '.will');

  test.each([OWN, SHARED])('left a testament that each of its secrets proves', async (secret) => {
    writeWill(ledger, [OWN, SHARED], TESTAMENT);
    expect(await gone(secret)).toEqual({ kind: 'left', testament: TESTAMENT });
    expect(statSync(will()).mode & 0o777).toBe(0o600);
  });

  test('whose testament was changed is not believed', async () => {
    writeWill(ledger, [OWN, SHARED], TESTAMENT);
    const changed = readFileSync(will(), 'utf8').replace('request', 'nobody');
    rmSync(will());
    writeFileSync(will(), changed);
    expect(await gone()).toMatchObject({ kind: 'forged' });
  });

  test.each([
    ['nothing', () => undefined],
    ['a pipe', (path: string) => spawnSync('mkfifo', [path])],
    ['a link', (path: string) => symlinkSync('/dev/zero', path)],
  ])('left %s', async (_name, plant) => {
    plant(will());
    expect(await gone()).toMatchObject({ kind: 'gone', evidence: expect.stringContaining('ECONNREFUSED') });
  });

  test('does not write over what somebody put there', () => {
    writeFileSync(will(), 'planted');
    writeWill(ledger, [OWN, SHARED], TESTAMENT);
    expect(readFileSync(will(), 'utf8')).toBe('planted');
  });
});
