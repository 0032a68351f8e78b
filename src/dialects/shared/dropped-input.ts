/**
 * Settings by which the server may leave out a part of the request: then its count tells too little of what its bytes are.
 *
 * @see https://platform.claude.com/docs/en/build-with-claude/context-editing
 * @see https://platform.openai.com/docs/guides/compaction
 * @see https://openrouter.ai/docs/guides/features/message-transforms
 */
import type { RequestBody } from '../../ports/dialect.js';

/**
 * Claude Code asks for it in each call, and must be able to learn. Earlier thoughts are the model's own, were paid for as
 * output, and are signed, so that nobody can put other text there; what clears or sums up anything else takes the text of tools.
 */
const THOUGHTS_ALONE = /^"clear_thinking_\d+"$/;
const LOSSY = ['truncation', 'transforms', 'compaction'];
const COMPRESSION = ['context-compression'];
const OFF = new Set(['null', 'false', '"disabled"']);
const MAX_BYTES = 100;

/** @param holders paths to what such settings stand in */
export function mayDropInput(body: RequestBody, holders: readonly (readonly string[])[]): boolean {
  return holders.some(
    (holder) =>
      mayEdit(body, [...holder, 'context_management']) ||
      LOSSY.some((name) => isOn(body, [...holder, name])) ||
      body.mentions(COMPRESSION, ...holder, 'plugins'),
  );
}

function mayEdit(body: RequestBody, path: readonly string[]): boolean {
  if (!body.has(...path)) return false;
  let mayClear = false;
  const isWhole = body.walk(path, {
    scalar: (at, bytes) => {
      if (at === '.edits.type' || at === '.type') mayClear ||= !THOUGHTS_ALONE.test(textOf(bytes));
      else if (at === '' || at === '.edits') mayClear ||= !OFF.has(textOf(bytes));
    },
    object: (at, keys) => {
      if (at === '.edits') mayClear ||= !keys.includes('type');
    },
  });
  return mayClear || !isWhole;
}

/** An empty list asks for nothing. */
function isOn(body: RequestBody, path: readonly string[]): boolean {
  if (!body.has(...path)) return false;
  let isFound = false;
  const isWhole = body.walk(path, {
    scalar: (_at, bytes) => {
      isFound ||= !OFF.has(textOf(bytes));
    },
    object: () => {
      isFound = true;
    },
  });
  return isFound || !isWhole;
}

function textOf(bytes: Buffer): string {
  return bytes.toString('latin1', 0, MAX_BYTES);
}
