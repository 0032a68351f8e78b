/** The output ceiling of one request: its name at each endpoint, and what happens to a request that asks for more. */
import type { Dialect } from '../ports/dialect.js';
import { type Caller, type CallResult, isAbsent, renderAnswer } from './caller.js';
import type { Purse } from './purse.js';

export const LONG_PROMPT = 'Count upwards from 1, one number per line, without a comment, and do not stop.';
/** The least that every API takes, and less than the answer. */
const LOW_CEILING = 24;
/** Asked for where nobody says which ceiling the gateway has. */
export const HIGH_CEILING = 256;
const MARGIN = 1.1;

export interface EndpointCeiling {
  readonly dialect: string;
  /** The name that was taken; the last one tried where none was. */
  readonly field: string;
  readonly result: 'honoured' | 'ignored' | 'refused' | 'absent' | 'not filled';
  readonly evidence: string;
}

export interface RequestCeiling {
  readonly endpoints: readonly EndpointCeiling[];
  readonly above: 'rejects' | 'truncates' | 'ignores' | undefined;
  readonly aboveEvidence: string;
}

export interface CeilingTools {
  readonly caller: Caller;
  readonly dialects: readonly Dialect[];
  /** The dialect that answers at this gateway. */
  readonly main: Dialect;
  readonly key: string;
  readonly purse: Purse;
  /** What the gateway is set to, where somebody says so. */
  readonly configured: number | undefined;
}

export async function tryRequestCeiling(tools: CeilingTools): Promise<RequestCeiling> {
  const endpoints: EndpointCeiling[] = [];
  for (const dialect of tools.dialects) endpoints.push(await tryEndpoint(tools, dialect));
  const field = endpoints.find(({ dialect }) => dialect === tools.main.id)?.field;
  return { endpoints, ...(await tryAbove(tools, field)) };
}

async function tryEndpoint(tools: CeilingTools, dialect: Dialect): Promise<EndpointCeiling> {
  let last: EndpointCeiling = {
    dialect: dialect.id,
    field: dialect.ceilingFields[0] ?? '',
    result: 'not filled',
    evidence: 'not tried',
  };
  for (const field of dialect.ceilingFields) {
    const answer = await ask(tools, dialect, LOW_CEILING, field);
    last = { dialect: dialect.id, field, ...judgeEndpoint(answer) };
    if (last.result !== 'refused') return last;
  }
  return last;
}

function judgeEndpoint(answer: CallResult): Pick<EndpointCeiling, 'result' | 'evidence'> {
  if (!answer.isSent) return { result: 'not filled', evidence: answer.failure?.evidence ?? 'not sent' };
  if (isAbsent(answer)) return { result: 'absent', evidence: renderAnswer(answer) };
  if (answer.failure !== undefined) return { result: 'refused', evidence: renderAnswer(answer) };
  const { outputTokens } = answer.usage;
  const evidence = `${outputTokens ?? 'unreported'} output tokens of ${LOW_CEILING} allowed`;
  if (outputTokens !== undefined && outputTokens > LOW_CEILING * MARGIN)
    return { result: 'ignored', evidence };
  return { result: answer.wasCut ? 'honoured' : 'not filled', evidence };
}

async function tryAbove(
  tools: CeilingTools,
  field: string | undefined,
): Promise<Pick<RequestCeiling, 'above' | 'aboveEvidence'>> {
  const { configured, main } = tools;
  const asked = configured === undefined ? HIGH_CEILING : configured * 2;
  const answer = await ask(tools, main, asked, field);
  if (!answer.isSent)
    return { above: undefined, aboveEvidence: `${asked} output tokens: ${answer.failure?.evidence}` };
  if (answer.failure !== undefined) {
    const isRefusal = answer.failure.kind === 'unknown' && answer.status >= 400 && answer.status < 500;
    const evidence = `${renderAnswer(answer)} to a request for ${asked}`;
    return { above: isRefusal ? 'rejects' : undefined, aboveEvidence: evidence };
  }
  return judgeAbove(answer, asked, configured);
}

function judgeAbove(
  { usage: { outputTokens }, wasCut }: CallResult,
  asked: number,
  configured: number | undefined,
): Pick<RequestCeiling, 'above' | 'aboveEvidence'> {
  const aboveEvidence = `${outputTokens ?? 'unreported'} output tokens${wasCut ? ', cut,' : ''} for a request that allowed ${asked}`;
  if (outputTokens === undefined) return { above: undefined, aboveEvidence };
  if (configured !== undefined && outputTokens > configured * MARGIN)
    return { above: 'ignores', aboveEvidence };
  // Cut before what was asked for: somebody else's ceiling did that, and the answer does not say whose.
  if (wasCut && outputTokens < asked / MARGIN) return { above: 'truncates', aboveEvidence };
  return { above: undefined, aboveEvidence };
}

function ask(
  { caller, key, purse }: CeilingTools,
  dialect: Dialect,
  outputCeiling: number,
  field: string | undefined,
): Promise<CallResult> {
  return caller.call({
    dialect,
    prompt: LONG_PROMPT,
    outputCeiling,
    key,
    purse,
    ...(field ? { field } : {}),
  });
}
