/** Requests with nothing in them but what every agent sends: most of them, which need not be searched for anything else. */
import type { RequestBody } from '../../ports/dialect.js';

/** Folded. None of them chooses another model, brings in input or leaves some out, or has the server run tools of its own. */
export const PLAIN_SETTINGS: ReadonlySet<string> = new Set(
  (
    'model messages system input instructions contents systeminstruction tools tool_choice toolconfig parallel_tool_calls ' +
    'max_tokens max_completion_tokens max_output_tokens generationconfig safetysettings n stream stream_options stop ' +
    'stop_sequences temperature top_p top_k seed presence_penalty frequency_penalty logprobs top_logprobs logit_bias ' +
    'response_format text verbosity thinking reasoning reasoning_effort include metadata user safety_identifier ' +
    'prompt_cache_key prompt_cache_retention store service_tier'
  ).split(' '),
);

export function isPlainRequest(body: RequestBody): boolean {
  return body.keys().every((key) => PLAIN_SETTINGS.has(key));
}
