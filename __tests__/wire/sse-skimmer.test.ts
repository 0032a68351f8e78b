/** The skimmer against a reference that parses every event: what a tap finds must be the same, whatever was skipped. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { UsageSnapshot } from '../../src/core/usage.js';
import { dialects } from '../../src/dialects/index.js';
import { ResponseTap } from '../../src/meter/tap.js';
import type { Dialect } from '../../src/ports/dialect.js';
import { SseParser } from '../../src/wire/sse.js';
import { SseSkimmer } from '../../src/wire/sse-skimmer.js';

const FIXTURES = new URL('../fixtures/dialects/', import.meta.url);
const MARKS = ['"usage', '"error', '"finishReason', '"blockReason'];
const MEBIBYTE = 1024 * 1024;

interface Heard {
  readonly snapshot: UsageSnapshot;
  readonly error: unknown;
}

interface Stream {
  readonly name: string;
  readonly dialect: Dialect;
  /** Whole events with LF, each with its blank line. */
  readonly events: readonly string[];
}

const streams: Stream[] = dialects.flatMap((dialect) => {
  const folder = new URL(`${dialect.id}/`, FIXTURES);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.sse'))
    .map((file) => {
      const text = readFileSync(new URL(file, folder), 'utf8').replace(/\r\n?/g, '\n');
      const events = text.split(/(?<=\n\n)/);
      return { name: `${dialect.id}/${file}`, dialect, events };
    });
});

async function tapped(dialect: Dialect, chunks: readonly Buffer[]): Promise<Heard> {
  const headers = { 'content-type': 'text/event-stream' };
  const tap = new ResponseTap({ dialect, headers, hidesRequestedUsage: false });
  for (const chunk of chunks) expect(tap.push(chunk)).toBe(chunk);
  tap.end();
  const { snapshot, error } = await tap.result();
  return { snapshot, error };
}

/** Every event, one after the other. */
function reference(dialect: Dialect, bytes: Buffer): Heard {
  const parser = new SseParser();
  const reader = dialect.createUsageReader();
  let error: unknown;
  const events = parser.push(bytes);
  const last = parser.end();
  for (const { data } of last ? [...events, last] : events) {
    if (!data || !MARKS.some((mark) => data.includes(mark))) continue;
    try {
      const payload = JSON.parse(data.toString('utf8'));
      const holder = payload?.response ?? payload;
      if (holder?.error) error ??= { error: holder.error };
      reader.push(payload);
    } catch (failure) {
      if (!(failure instanceof Error)) throw failure;
    }
  }
  return { snapshot: reader.snapshot(), error };
}

/** Cut at these places, each a share of the whole. */
function split(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = [...cuts.map((share) => Math.floor(share * bytes.length)), bytes.length].sort(
    (a, b) => a - b,
  );
  return places.map((end, index) => bytes.subarray(places[index - 1] ?? 0, end));
}
function pieces(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
}

/** Text is what a stream has more of; Gemini says with each piece of it what was used so far. */
const isText = ({ dialect }: Stream, event: string): boolean =>
  dialect.id === 'gemini' || !MARKS.some((mark) => event.includes(mark));

/** The stream with its text repeated, wherever text stands. */
function lengthened(stream: Stream, times: readonly number[]): string[] {
  const lastMark = stream.events.findLastIndex((event) => MARKS.some((mark) => event.includes(mark)));
  return stream.events.flatMap((event, index) => {
    const count = index < lastMark && isText(stream, event) ? (times[index % times.length] ?? 1) : 1;
    return Array.from({ length: count }, () => event);
  });
}

const share = fc.double({ min: 0, max: 1, noNaN: true });
const times = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 });
const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
/** How the bytes arrive: event by event, or cut anywhere. */
const arrival = fc.oneof(
  fc.constant('events' as const),
  fc.array(share, { maxLength: 60 }),
  fc.integer({ min: 1, max: 400 }),
);

function arrive(events: readonly string[], how: 'events' | number | readonly number[]): Buffer[] {
  const bytes = Buffer.from(events.join(''));
  if (how === 'events') return events.map((event) => Buffer.from(event));
  return typeof how === 'number' ? pieces(bytes, how) : split(bytes, how);
}

describe.each(streams.map((stream) => [stream.name, stream] as const))('%s', (_name, stream) => {
  const { dialect } = stream;

  test('says the same as a reading of every event, however long and however cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(times, lineEnd, arrival, async (repeats, end, how) => {
        const events = lengthened(stream, repeats).map((event) => event.replaceAll('\n', end));
        const chunks = arrive(events, how);
        expect(await tapped(dialect, chunks)).toEqual(reference(dialect, Buffer.concat(chunks)));
      }),
      { numRuns: 60 },
    );
  });

  test('says the same where it breaks off anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(times, lineEnd, arrival, share, async (repeats, end, how, until) => {
        const events = lengthened(stream, repeats).map((event) => event.replaceAll('\n', end));
        const whole = Buffer.from(events.join(''));
        let left = Math.floor(until * whole.length);
        const chunks = arrive(events, how).flatMap((chunk) => {
          const part = chunk.subarray(0, left);
          left -= part.length;
          return part.length > 0 ? [part] : [];
        });
        expect(await tapped(dialect, chunks)).toEqual(reference(dialect, Buffer.concat(chunks)));
      }),
      { numRuns: 60 },
    );
  });

  test('says the same with an error in its middle, however cut into chunks', async () => {
    const failure =
      'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"busy"}}\n\n';
    await fc.assert(
      fc.asyncProperty(arrival, share, async (how, place) => {
        const events = lengthened(stream, [30]);
        events.splice(Math.floor(place * events.length), 0, failure);
        const chunks = arrive(events, how);
        expect(await tapped(dialect, chunks)).toEqual(reference(dialect, Buffer.concat(chunks)));
      }),
      { numRuns: 60 },
    );
  });
});

describe('an error in the middle of a long stream', () => {
  const text = (index: number): string => `data: {"text":"${index}"}\n\n`;
  const texts = Array.from({ length: 60 }, (_, index) => text(index));
  const error = 'data: {"error":{"message":"busy"}}\n\n';

  function payloads(chunks: readonly string[]): string[] {
    const skimmer = new SseSkimmer();
    const read = chunks.flatMap((chunk) => skimmer.push(Buffer.from(chunk)));
    return [...read, ...skimmer.end()].map(String);
  }

  test('is read, with all that follows', () => {
    const read = payloads([...texts, error, ...texts]);
    expect(read.filter((data) => data.includes('"error"'))).toHaveLength(1);
    expect(read.slice(-texts.length)).toEqual(texts.map((event) => event.slice(6, -2)));
  });

  test.each(Array.from({ length: error.length - 1 }, (_, index) => [index + 1] as const))(
    'is read where chunks part it after byte %i',
    (at) => {
      const read = payloads([...texts, error.slice(0, at), error.slice(at), ...texts]);
      expect(read.some((data) => data.includes('"error"'))).toBe(true);
    },
  );

  test('is read where the text quotes the word before it', () => {
    const quote = 'data: {"text":"it said \\"error\\" and \\"usage\\""}\n\n';
    const read = payloads([...texts, quote, ...texts, error, ...texts]);
    expect(read).toContain(error.slice(6, -2));
  });
});

test('text that quotes errors is no error', async () => {
  const chat = dialects.find(({ id }) => id === 'openai-chat');
  if (chat === undefined) throw new Error('no openai-chat');
  const quoting = { choices: [{ index: 0, delta: { content: '{"error":{"message":"no"}} \n\n "usage' } }] };
  const usage = { model: 'm', choices: [], usage: { prompt_tokens: 5, completion_tokens: 2 } };
  const events = [...Array.from({ length: 50 }, () => quoting), usage].map(
    (data) => `data: ${JSON.stringify(data)}\n\n`,
  );
  const heard = await tapped(
    chat,
    [...events, 'data: [DONE]\n\n'].map((event) => Buffer.from(event)),
  );
  expect(heard.error).toBeUndefined();
  expect(heard.snapshot.usage).toMatchObject({ inputTokens: 5, outputTokens: 2 });
});

describe('a stream of 20 MiB', () => {
  const event = `data: ${JSON.stringify({ text: 'x'.repeat(200) })}\n\n`;
  const long = Buffer.from(event.repeat(Math.ceil((20 * MEBIBYTE) / event.length)));
  const last = 'data: {"usage":{"prompt_tokens":1}}\n\n';

  test.each<[string, number]>([
    ['event by event', event.length],
    ['in chunks that end anywhere', 16_411],
    ['in chunks that end one byte off', event.length + 1],
    ['in large chunks', MEBIBYTE],
  ])('is let go of when it comes %s, but for its ends', (_how, size) => {
    const skimmer = new SseSkimmer();
    let begun = 0;
    let skimming = false;
    for (const chunk of pieces(long, size)) {
      const read = skimmer.push(chunk).length;
      begun += read;
      skimming ||= read === 0 && begun > 0;
    }
    skimmer.push(Buffer.from(last));
    const rest = skimmer.end();
    const bytes = rest.reduce((sum, data) => sum + data.length, 0);
    expect(rest.at(-1)?.toString()).toBe(last.slice(6, -2));
    if (skimming) expect(bytes).toBeLessThanOrEqual(8 * Math.max(size, 64 * 1024) + 256 * 1024);
  });

  test.each([
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ])('keeps little also where its lines begin to end with %s after the head', (_name, end) => {
    const skimmer = new SseSkimmer();
    for (let head = 0; head < 5; head += 1) skimmer.push(Buffer.from(event));
    const other = Buffer.from(event.replaceAll('\n', end).repeat(Math.ceil((4 * MEBIBYTE) / event.length)));
    for (const chunk of pieces(other, 64 * 1024)) skimmer.push(chunk);
    const bytes = skimmer.end().reduce((sum, data) => sum + data.length, 0);
    expect(bytes).toBeLessThanOrEqual(MEBIBYTE);
  });

  test('of which the last event is nearly all is read as it is, and quickly', () => {
    const skimmer = new SseSkimmer();
    const huge = JSON.stringify({ text: 'x'.repeat(20 * MEBIBYTE), usage: { prompt_tokens: 1 } });
    const started = performance.now();
    const chunks = [
      ...Array.from({ length: 20 }, () => Buffer.from(event)),
      ...pieces(Buffer.from(`data: ${huge}\n\n`), 16_384),
    ];
    const read = [...chunks.flatMap((chunk) => skimmer.push(chunk)), ...skimmer.end()];
    expect(read.at(-1)?.equals(Buffer.from(huge))).toBe(true);
    // A copy of everything for each chunk would take many seconds.
    expect(performance.now() - started).toBeLessThan(1500);
  });
});
