/** A request's body, looked through while it arrives. */
import type { IncomingMessage } from 'node:http';
import { decodeBody, isUncoded } from '../wire/decode.js';
import { JsonBody } from '../wire/json-body.js';

const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** @throws when the body is no JSON object, too large, or does not arrive whole. */
export async function readRequestBody(
  request: IncomingMessage,
  contentEncoding: string | undefined,
): Promise<JsonBody> {
  if (!isUncoded(contentEncoding)) {
    const parts: Buffer[] = [];
    await receive(request, (part) => void parts.push(part));
    return new JsonBody(await decodeBody(Buffer.concat(parts), contentEncoding, MAX_BODY_BYTES));
  }
  const body = new JsonBody();
  let fault: unknown;
  await receive(request, (part) => {
    // What is wrong is told at the end: an answer in the middle of its request is lost on many clients.
    if (fault === undefined) fault = faultOf(() => body.push(part));
  });
  if (fault !== undefined) throw fault;
  body.end();
  return body;
}

function faultOf(work: () => void): unknown {
  try {
    work();
    return undefined;
  } catch (error) {
    return error;
  }
}

function receive(request: IncomingMessage, take: (part: Buffer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let size = 0;
    request.on('data', (part: Buffer) => {
      size += part.length;
      if (size <= MAX_BODY_BYTES) take(part);
      else {
        request.pause();
        reject(new RangeError(`the body is larger than ${MAX_BODY_BYTES} bytes`));
      }
    });
    request.on('end', resolve);
    request.on('error', reject);
    request.on('close', () => {
      if (!request.complete) reject(new Error('the client went away'));
    });
  });
}
