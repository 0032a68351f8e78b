import zlib from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { createDecoder, decodeBody } from '../../src/wire/decode.js';

const text = Buffer.from('{"usage":{"output_tokens":7}}'.repeat(50));
const MAX = 1_000_000;

describe('decodeBody', () => {
  test.each([
    ['gzip', zlib.gzipSync(text)],
    ['x-gzip', zlib.gzipSync(text)],
    ['GZIP ', zlib.gzipSync(text)],
    ['deflate', zlib.deflateSync(text)],
    ['br', zlib.brotliCompressSync(text)],
    ['zstd', zlib.zstdCompressSync(text)],
    ['identity', text],
    ['', text],
    [undefined, text],
  ])('undoes %p', async (coding, bytes) => {
    expect((await decodeBody(bytes, coding, MAX)).equals(text)).toBe(true);
  });

  test.each(['gzip, br', 'compress', 'snappy'])('refuses %p, which it does not know', async (coding) => {
    await expect(decodeBody(text, coding, MAX)).rejects.toThrow(/is not known/);
  });

  test('refuses damaged bytes', async () => {
    await expect(decodeBody(text, 'gzip', MAX)).rejects.toThrow();
  });

  test('refuses a small body that becomes a huge one', async () => {
    await expect(decodeBody(zlib.gzipSync(Buffer.alloc(1_000_001)), 'gzip', MAX)).rejects.toThrow(
      /more than 1000000 bytes/,
    );
  });
});

test('a stream is decoded as it comes, not only when it ends', async () => {
  const decoder = createDecoder('gzip');
  if (typeof decoder === 'string') throw new Error(decoder);
  const gzip = zlib.createGzip({ flush: zlib.constants.Z_SYNC_FLUSH });
  gzip.on('data', (part: Buffer) => decoder.write(part));
  const first = new Promise<Buffer>((resolve) => decoder.once('data', resolve));
  gzip.write('data: a\n\n');
  expect((await first).toString()).toBe('data: a\n\n');
  decoder.destroy();
  gzip.destroy();
});

test('a coding that is not known is said to be so, and none at all is nothing to undo', () => {
  expect(createDecoder('snappy')).toBe('unknown');
  expect(createDecoder(undefined)).toBe('identity');
});
