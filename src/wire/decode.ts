/** Content codings: undone on a copy, so that the bytes that travel on stay as they came. */

import type { Transform } from 'node:stream';
import zlib from 'node:zlib';

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: () => zlib.createGunzip({ flush: zlib.constants.Z_SYNC_FLUSH }),
  'x-gzip': () => zlib.createGunzip({ flush: zlib.constants.Z_SYNC_FLUSH }),
  deflate: () => zlib.createInflate({ flush: zlib.constants.Z_SYNC_FLUSH }),
  br: () => zlib.createBrotliDecompress({ flush: zlib.constants.BROTLI_OPERATION_FLUSH }),
  zstd: () => zlib.createZstdDecompress(),
};

/** Whether there is nothing to undo. */
export function isUncoded(contentEncoding: string | undefined): boolean {
  if (contentEncoding === undefined) return true;
  const coding = contentEncoding.trim().toLowerCase();
  return coding === '' || coding === 'identity';
}

/** `identity`: nothing to undo. `unknown`: a coding this version cannot undo. */
export function createDecoder(contentEncoding: string | undefined): Transform | 'identity' | 'unknown' {
  if (contentEncoding === undefined || isUncoded(contentEncoding)) return 'identity';
  const create = DECODERS[contentEncoding.trim().toLowerCase()];
  return create ? create() : 'unknown';
}

/**
 * A whole body, decoded.
 * @throws when the coding is not known, the bytes are damaged, or more than `maxBytes` come out.
 */
export async function decodeBody(
  bytes: Buffer,
  contentEncoding: string | undefined,
  maxBytes: number,
): Promise<Buffer> {
  const decoder = createDecoder(contentEncoding);
  if (decoder === 'identity') return bytes;
  if (decoder === 'unknown') throw new TypeError(`content-encoding ${contentEncoding} is not known`);
  decoder.end(bytes);
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of decoder as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > maxBytes) throw new RangeError(`more than ${maxBytes} bytes after decoding`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}
