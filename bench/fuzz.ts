/**
 * Damaged and hostile bytes against everything that reads bytes: the taps of the answers and the scan of the requests.
 * The bytes that go on must be the bytes that came, what is found must be what a plain reading finds, and nothing may throw
 * that is not said to.
 *
 *   node scripts/node24.mjs bench/fuzz.ts [minutes] [seed]
 */
import { readdirSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import zlib from 'node:zlib';
import { dialects } from '../src/dialects/index.js';
import { ResponseTap } from '../src/meter/tap.js';
import type { Dialect } from '../src/ports/dialect.js';
import { decodeBody } from '../src/wire/decode.js';
import { JsonBody } from '../src/wire/json-body.js';
import { SseParser } from '../src/wire/sse.js';
import { randomOf } from './random.js';

const FIXTURES = new URL('../__tests__/fixtures/dialects/', import.meta.url);
const MEBIBYTE = 1024 * 1024;
const MAX_DECODED = 8 * MEBIBYTE;
const LONG_LINE = 100 * 1_000_000;
const MARKS = ['"usage', '"error', '"finishReason', '"blockReason'];
const CODINGS: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  identity: (bytes) => bytes,
  gzip: (bytes) => zlib.gzipSync(bytes, { level: 1 }),
  deflate: (bytes) => zlib.deflateSync(bytes, { level: 1 }),
  br: (bytes) => zlib.brotliCompressSync(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1 } }),
  zstd: (bytes) => zlib.zstdCompressSync(bytes),
  'gzip, gzip': (bytes) => zlib.gzipSync(zlib.gzipSync(bytes, { level: 1 }), { level: 1 }),
};

const minutes = Number(process.argv[2] ?? 1);
const seed = Number(process.argv[3] ?? 1);
const random = randomOf(seed);
const below = (limit: number): number => Math.floor(random() * limit);
const oneOf = <T>(values: readonly T[]): T => values[below(values.length)] as T;

interface Recording {
  readonly name: string;
  readonly dialect: Dialect;
  readonly isStream: boolean;
  readonly bytes: Buffer;
}

const recordings: Recording[] = dialects.flatMap((dialect) => {
  const folder = new URL(`${dialect.id}/`, FIXTURES);
  return readdirSync(folder)
    .filter((file) => /(?<!expected)\.(sse|json)$/.test(file))
    .map((file) => ({
      name: `${dialect.id}/${file}`,
      dialect,
      isStream: file.endsWith('.sse'),
      bytes: readFileSync(new URL(file, folder)),
    }));
});

const counts = new Map<string, number>();
const faults: string[] = [];
const count = (what: string): void => {
  counts.set(what, (counts.get(what) ?? 0) + 1);
};
function expectSame(what: string, got: unknown, wanted: unknown): void {
  if (!isDeepStrictEqual(got, wanted)) faults.push(`${what}: got ${short(got)}, wanted ${short(wanted)}`);
}
const short = (value: unknown): string => (JSON.stringify(value) ?? 'undefined').slice(0, 300);

const DAMAGES: readonly ((bytes: Buffer) => Buffer)[] = [
  (bytes) => {
    const copy = Buffer.from(bytes);
    for (let flip = 0; flip <= below(8); flip += 1) copy[below(copy.length)] = below(256);
    return copy;
  },
  (bytes) => bytes.subarray(0, below(bytes.length)),
  (bytes) =>
    insert(bytes, Buffer.from(oneOf(['\xff\xfe', '\xc3', '\xed\xa0\x80', '\xf8\x88', '\x00']), 'latin1')),
  (bytes) =>
    insert(bytes, Buffer.from(oneOf(['\r', '\r\n\r\n', '\n\n', 'data:', '\ufeff', '{', '"', '\\', ']}']))),
  (bytes) => insert(bytes, Buffer.alloc(below(70_000), oneOf(['[', '{"a":', 'x', ' ', '\n', '"']))),
  (bytes) => Buffer.concat([bytes, bytes]),
  (bytes) =>
    Buffer.from(
      bytes
        .toString('latin1')
        .replaceAll(/\d+/g, () => oneOf(['-1', '1e999', '0.5', 'null', '"7"', '99999999999999999999'])),
      'latin1',
    ),
  () => Buffer.from(Array.from({ length: below(2000) }, () => below(256))),
];

function insert(bytes: Buffer, piece: Buffer): Buffer {
  const at = below(bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
}

function pieces(bytes: Buffer): Buffer[] {
  const largest = oneOf([1, 3, 17, 400, 16_384, 1_000_000]);
  // A large body in single bytes takes long and shows nothing new.
  const least = Math.ceil(bytes.length / 4000);
  const cut: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + Math.max(least, 1 + below(largest));
    cut.push(bytes.subarray(at, end));
    at = end;
  }
  return cut;
}

/** Every event read, one after the other. */
function plainReading({ dialect, isStream }: Recording, bytes: Buffer): unknown {
  const reader = dialect.createUsageReader();
  const parser = new SseParser();
  const payloads = isStream
    ? [...parser.push(bytes), parser.end()].flatMap((event) => event?.data ?? [])
    : [bytes];
  for (const payload of payloads) {
    if (!MARKS.some((mark) => payload.includes(mark))) continue;
    try {
      reader.push(JSON.parse(payload.toString('utf8')));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
    }
  }
  return reader.snapshot();
}

async function tapOnce(recording: Recording, bytes: Buffer, isComparable: boolean): Promise<void> {
  const coding = oneOf(Object.keys(CODINGS));
  const sent = CODINGS[coding]?.(bytes) ?? bytes;
  const isBroken = random() < 0.15 && coding !== 'identity' && sent.length > 0;
  const wire = isBroken ? oneOf(DAMAGES)(sent) : sent;
  const headers = {
    'content-type': recording.isStream ? 'text/event-stream' : 'application/json',
    'content-encoding': coding,
  };
  const tap = new ResponseTap({ dialect: recording.dialect, headers, hidesRequestedUsage: false });
  const passed = pieces(wire).map((piece) => tap.push(piece));
  passed.push(tap.end());
  const { snapshot, bytes: seen } = await tap.result();
  const what = `${recording.name} as ${coding}`;
  expectSame(`${what}: bytes passed on`, Buffer.concat(passed).equals(wire), true);
  expectSame(`${what}: bytes counted`, seen, wire.length);
  count(`answers, ${recording.isStream ? 'stream' : 'plain'}, ${isBroken ? 'broken ' : ''}${coding}`);
  if (isBroken || !isComparable || coding === 'gzip, gzip') return;
  count('answers compared with a plain reading');
  expectSame(`${what}: usage`, snapshot, plainReading(recording, bytes));
}

/** As a client that asked for no usage gets it: every event but those that exist because of the meter. */
async function filterOnce({ name, dialect }: Recording, bytes: Buffer): Promise<void> {
  const headers = { 'content-type': 'text/event-stream' };
  const tap = new ResponseTap({ dialect, headers, hidesRequestedUsage: true });
  const passed = pieces(bytes).map((piece) => tap.push(piece));
  passed.push(tap.end());
  await tap.result();
  const whole = new ResponseTap({ dialect, headers, hidesRequestedUsage: true });
  const wanted = Buffer.concat([whole.push(bytes), whole.end()]);
  expectSame(`${name}: filtered the same in pieces`, Buffer.concat(passed).equals(wanted), true);
  count('answers, filtered');
}

/** A request is refused, or its ceiling is set and every other value is what it was. */
function editOnce(bytes: Buffer): string {
  let body: JsonBody;
  try {
    body = new JsonBody(bytes);
    oneOf(dialects).readRequest(new JsonBody(bytes), '/v1beta/models/m:streamGenerateContent');
    body.set(['max_tokens'], 77);
  } catch (error) {
    if (!(error instanceof SyntaxError)) faults.push(`a request threw ${error}`);
    return 'requests refused';
  }
  const before = parsed(bytes);
  // What stands inside a value is the upstream's to judge; the scan only finds where values begin and end.
  if (before === undefined) return 'requests with a fault inside a value';
  const after = parsed(body.bytes) ?? {};
  const ceiling = Object.keys(after).find((key) => key.toLowerCase() === 'max_tokens') ?? 'max_tokens';
  expectSame('ceiling', after[ceiling], 77);
  expectSame('rest of the request', { ...after, [ceiling]: 0 }, { ...before, [ceiling]: 0 });
  expectSame('edited the same in pieces', editedInPieces(bytes)?.equals(body.bytes), true);
  return 'requests edited';
}

/** The same edit on the same bytes, cut anywhere, in pieces that each have their own memory, as those of a socket have. */
function editedInPieces(bytes: Buffer): Buffer | undefined {
  const body = new JsonBody();
  try {
    for (let from = 0; from < bytes.length; ) {
      const until = Math.min(bytes.length, from + 1 + below(Math.max(1, bytes.length / 3)));
      body.push(Buffer.from(bytes.subarray(from, until)));
      from = until;
    }
    body.end();
    body.set(['max_tokens'], 77);
    return body.bytes;
  } catch (error) {
    faults.push(`a request was refused in pieces alone: ${error}`);
    return undefined;
  }
}

function parsed(bytes: Buffer): Record<string, unknown> | undefined {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Long stretches, quotes and escapes in every order, up to some 100,000 characters. */
function promptOf(stretches: number): string {
  const stretch = () =>
    oneOf(['"', '\\', '\\"', '\n', 'x', 'const a = "b";\n', '\u00e9']).repeat(below(oneOf([2, 9, 3000])));
  return Array.from({ length: stretches }, stretch).join('');
}

function randomValue(depth: number): unknown {
  const kind = below(depth > 4 ? 4 : 6);
  if (kind === 0) return below(1e9) - 5e8;
  if (kind === 1) return oneOf([true, false, null, 1e-7, 'max_tokens', '"', '\\', '\u2028', '😀', '']);
  if (kind === 2 && random() < 0.05) return promptOf(below(60));
  if (kind === 2) return String.fromCharCode(...Array.from({ length: below(40) }, () => below(0xd7ff)));
  if (kind === 3) return {};
  if (kind === 4) return Array.from({ length: below(5) }, () => randomValue(depth + 1));
  return Object.fromEntries(
    Array.from({ length: below(6) }, () => [
      oneOf(['max_tokens', 'model', 'a', '"', '\\"', 'é', '{']),
      randomValue(depth + 1),
    ]),
  );
}

async function bombOnce(): Promise<void> {
  const coding = oneOf(['gzip', 'deflate', 'br', 'zstd']);
  const bomb = CODINGS[coding]?.(Buffer.alloc(256 * MEBIBYTE, 'x')) ?? Buffer.alloc(0);
  const refused = await decodeBody(bomb, coding, MAX_DECODED).then(
    () => false,
    (error: unknown) => error instanceof RangeError,
  );
  expectSame(`a request bomb in ${coding} is refused`, refused, true);
  const nested = await decodeBody(zlib.gzipSync(bomb), `${coding}, gzip`, MAX_DECODED).then(
    () => false,
    () => true,
  );
  expectSame('a nested bomb is refused', nested, true);
  const headers = { 'content-type': 'application/json', 'content-encoding': coding };
  const tap = new ResponseTap({ dialect: oneOf(dialects), headers, hidesRequestedUsage: false });
  const passed = pieces(bomb).map((piece) => tap.push(piece));
  const { trouble } = await tap.result();
  expectSame(`an answer bomb in ${coding} is given up`, trouble !== undefined, true);
  expectSame('and passed on', Buffer.concat(passed).equals(bomb), true);
  count('bombs');
}

async function longLineOnce(): Promise<void> {
  const recording = oneOf(recordings.filter(({ isStream }) => isStream));
  const line = Buffer.alloc(LONG_LINE, 'x');
  const bytes = Buffer.concat([Buffer.from('data: '), line, Buffer.from('\n\n'), recording.bytes]);
  const headers = { 'content-type': 'text/event-stream' };
  const tap = new ResponseTap({ dialect: recording.dialect, headers, hidesRequestedUsage: false });
  for (const piece of pieces(bytes)) if (tap.push(piece) !== piece) faults.push('a piece was not passed on');
  const { snapshot } = await tap.result();
  expectSame(`${recording.name} after a long line`, snapshot, plainReading(recording, recording.bytes));
  count('100 MB lines');
}

async function round(turn: number): Promise<void> {
  const recording = oneOf(recordings);
  const isDamaged = random() < 0.7;
  const times = recording.isStream ? 1 + below(3) : 1;
  const bytes = isDamaged
    ? oneOf(DAMAGES)(recording.bytes)
    : Buffer.concat(Array(times).fill(recording.bytes));
  // A reading that skips what stands in the middle is compared where everything is read, or nothing was damaged.
  await tapOnce(recording, bytes, !isDamaged && times === 1);
  if (recording.isStream) await filterOnce(recording, bytes);
  const request = Buffer.from(
    JSON.stringify(
      Object.fromEntries([
        ['model', 'm'],
        ['x', randomValue(0)],
        ['y', randomValue(0)],
      ]),
    ),
  );
  count(editOnce(random() < 0.5 ? request : oneOf(DAMAGES)(request)));
  if (turn % 5000 === 4999) await bombOnce();
  if (turn % 10_000 === 9999) await longLineOnce();
}

const until = performance.now() + minutes * 60_000;
let turn = 0;
while (performance.now() < until && faults.length < 20) await round(turn++);
console.log(
  `seed ${seed}, ${turn} rounds in ${minutes} min, resident ${Math.round(process.memoryUsage().rss / MEBIBYTE)} MiB`,
);
for (const [what, times] of [...counts].sort()) console.log(`${String(times).padStart(9)}  ${what}`);
console.log(faults.length === 0 ? 'no fault' : faults.join('\n'));
process.exitCode = faults.length === 0 ? 0 : 1;
