/** Settings that a gateway takes from beside the request, and puts in place of the ones that were checked. */
import type { RequestBody } from '../../ports/dialect.js';

const STEERING = [
  'model',
  'models',
  'max_tokens',
  'max_completion_tokens',
  'max_output_tokens',
  'n',
  'stream',
  'stream_options',
];

/** @throws {SyntaxError} when `extra_body` would change what the call may cost. @see https://docs.litellm.ai/docs/completion/provider_specific_params */
export function refuseHiddenSettings(body: RequestBody): void {
  if (body.get('extra_body') === undefined) return;
  const hidden = STEERING.find((name) => body.get('extra_body', name) !== undefined);
  if (hidden !== undefined)
    throw new SyntaxError(`\`extra_body\` sets \`${hidden}\`: it belongs to the request itself`);
}
