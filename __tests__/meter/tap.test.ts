/** What hostile bytes do to a tap: they pass, and its work on them has an end. */
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { dialects } from '../../src/dialects/index.js';
import { ResponseTap } from '../../src/meter/tap.js';

const MEBIBYTE = 1024 * 1024;
const [dialect] = dialects;
if (dialect === undefined) throw new Error('no dialect');

test.each([
  ['gzip', gzipSync(Buffer.alloc(200 * MEBIBYTE, 'x')), 'the answer is larger than 67108864 bytes'],
  ['gzip, gzip', gzipSync(gzipSync(Buffer.from('{}'))), 'content-encoding gzip, gzip is not known'],
])('an answer in %s that is not read is passed on, and says why', async (coding, bytes, trouble) => {
  const headers = { 'content-type': 'application/json', 'content-encoding': coding };
  const tap = new ResponseTap({ dialect, headers, hidesRequestedUsage: false });
  for (let at = 0; at < bytes.length; at += 1000) {
    const piece = bytes.subarray(at, at + 1000);
    expect(tap.push(piece)).toBe(piece);
    // A piece unpacks to about a MiB: read as it comes, not when all is there.
    if (at % 10_000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await tap.result()).toMatchObject({ trouble, bytes: bytes.length });
});

/** Events of one token each, and of a whole page each, as a stream of Anthropic's has them. */
test.each<[string, string, number, number]>([
  ['a token an event', 'word', 50, 0],
  ['a page an event', 'word '.repeat(400), 10, 3000],
])('text that came with %s is told apart from what stands around it', async (_what, text, events, least) => {
  const data = JSON.stringify({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } });
  const tap = new ResponseTap({
    dialect,
    headers: { 'content-type': 'text/event-stream' },
    hidesRequestedUsage: false,
  });
  for (let event = 0; event < events; event += 1)
    tap.push(Buffer.from(`event: content_block_delta\ndata: ${data}\n\n`));
  const { textTokens = -1 } = await tap.result();
  expect(textTokens).toBeGreaterThanOrEqual(least);
  expect(textTokens).toBeLessThanOrEqual((text.length * events) / 4);
});

test('a plain answer has no text that came so far', async () => {
  const headers = { 'content-type': 'application/json' };
  const tap = new ResponseTap({ dialect, headers, hidesRequestedUsage: false });
  tap.push(Buffer.from('{"text":"x"}'));
  expect((await tap.result()).textTokens).toBe(0);
});

/** Shapes of https://platform.openai.com/docs/api-reference/responses-streaming/error, OpenRouter's choices, and Gemini's lists. */
test.each<[string, string, string, unknown]>([
  [
    'openai-responses',
    'text/event-stream',
    'event: error\ndata: {"type":"error","code":"insufficient_quota","message":"m","param":null}\n\n',
    { code: 'insufficient_quota', message: 'm', param: null },
  ],
  [
    'openai-chat',
    'application/json',
    '{"choices":[{"finish_reason":"error","error":{"code":502,"message":"m"}}],"usage":{"prompt_tokens":5,"completion_tokens":0}}',
    { code: 502, message: 'm' },
  ],
  [
    'gemini',
    'application/json',
    '[{"candidates":[]},{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"m"}}]',
    { code: 429, status: 'RESOURCE_EXHAUSTED', message: 'm' },
  ],
])('an error of %s in %s is heard wherever it stands', async (id, type, text, error) => {
  const spoken = dialects.find((known) => known.id === id) ?? dialect;
  const tap = new ResponseTap({
    dialect: spoken,
    headers: { 'content-type': type },
    hidesRequestedUsage: false,
  });
  tap.push(Buffer.from(text));
  expect((await tap.result()).error).toEqual({ error });
});
