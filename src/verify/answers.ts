/** The eight questions that teams answer by assumption, answered by what the probes found. */
import type { GatewayFacts } from '../ports/gateway.js';
import { renderAnswer } from './caller.js';
import type { Exhaustion } from './exhaustion.js';
import type { HappyPath } from './happy-path.js';
import { type Fallback, type Isolation, sameAnswer } from './neighbours.js';
import type { RequestCeiling } from './request-ceiling.js';

export interface Found {
  readonly runId: string;
  readonly gateway: {
    readonly id: string;
    readonly version: string | undefined;
    readonly facts: GatewayFacts;
  };
  readonly model: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly label: string;
  readonly tally: {
    readonly requests: number;
    readonly inputTokens: number;
    readonly outputTokens: number;
    readonly unreported: number;
  };
  /** The test budget as it is set on the key. */
  readonly limitNanoUsd: number | undefined;
  readonly happy: HappyPath;
  readonly ceiling: RequestCeiling | undefined;
  readonly exhaustion: Exhaustion | undefined;
  readonly isolation: Isolation | undefined;
  readonly fallback: Fallback | undefined;
  /** Probes that did not run, and why. */
  readonly skipped: readonly string[];
}

export type Verdict = 'verified' | 'refuted' | 'not verifiable';

/** One of the eight questions, put as what teams tend to assume. */
export interface Answer {
  readonly id: string;
  readonly assumption: string;
  readonly verdict: Verdict;
  /** What was found, in a few words. */
  readonly finding: string;
  readonly evidence: string;
}

type Said = Pick<Answer, 'verdict' | 'finding' | 'evidence'>;

const NOT_TRIED: Said = {
  verdict: 'not verifiable',
  finding: 'not tried',
  evidence: 'the probe did not run',
};

export function answersOf(found: Found): Answer[] {
  return [
    {
      id: 'request-limit-field',
      assumption: 'Each endpoint honours the output ceiling of a request, under a name that is known.',
      ...askField(found),
    },
    {
      id: 'above-ceiling',
      assumption: 'A request above the ceiling is refused, not silently cut.',
      ...askAbove(found),
    },
    {
      id: 'session-guard',
      assumption: 'A guard over many requests holds, and its field and scope are known.',
      ...askGuard(found),
    },
    {
      id: 'enforcement',
      assumption: 'The cap holds in real time, not after the fact.',
      ...askEnforcement(found),
    },
    {
      id: 'exhausted-answer',
      assumption: 'An exhausted budget is told by a status and a body of its own.',
      ...askAnswer(found),
    },
    {
      id: 'unit',
      assumption: 'Answers and budget count in the same unit.',
      ...askUnit(found),
    },
    {
      id: 'spend-history',
      assumption: 'Past spend can be read, and shows a call in time.',
      ...askHistory(found),
    },
    {
      id: 'fallback',
      assumption: 'A fallback stands under the same budget.',
      ...askFallback(found),
    },
  ];
}

function askField({ ceiling }: Found): Said {
  if (ceiling === undefined) return NOT_TRIED;
  const there = ceiling.endpoints.filter(({ result }) => result !== 'absent');
  const evidence = ceiling.endpoints
    .map(({ dialect, field, result, evidence: seen }) => `${dialect}: \`${field}\` ${result} (${seen})`)
    .join('; ');
  const finding = there.map(({ dialect, field, result }) => `${dialect}: ${field} ${result}`).join(', ');
  if (there.some(({ result }) => result === 'ignored')) return { verdict: 'refuted', finding, evidence };
  const isHonoured = there.length > 0 && there.every(({ result }) => result === 'honoured');
  return { verdict: isHonoured ? 'verified' : 'not verifiable', finding, evidence };
}

function askAbove({ ceiling }: Found): Said {
  if (ceiling === undefined) return NOT_TRIED;
  const { above, aboveEvidence: evidence } = ceiling;
  if (above === undefined) return { verdict: 'not verifiable', finding: 'no ceiling was met', evidence };
  const finding = { rejects: 'refused', truncates: 'silently cut', ignores: 'ceiling ignored' }[above];
  return { verdict: above === 'rejects' ? 'verified' : 'refuted', finding, evidence };
}

function askGuard({ happy, exhaustion }: Found): Said {
  const limit = happy.before?.limit;
  const told = exhaustion?.refusal?.failure?.scope;
  const finding = limit
    ? `${limit.scope}${limit.period ? `, per ${limit.period}` : ''}`
    : (told ?? 'none seen');
  const evidence = [
    limit ? `the reading shows a limit on ${limit.scope}` : 'no finite limit could be read',
    told ? `the refusal names ${told}` : 'no refusal names a scope',
  ].join('; ');
  const isHeld = exhaustion?.enforcement === 'hard' && (limit !== undefined || told !== undefined);
  if (isHeld) return { verdict: 'verified', finding, evidence };
  const isBroken = limit !== undefined && exhaustion?.enforcement === 'reported-only';
  return { verdict: isBroken ? 'refuted' : 'not verifiable', finding, evidence };
}

function askEnforcement({ exhaustion }: Found): Said {
  if (exhaustion === undefined) return NOT_TRIED;
  const { enforcement, callsBeyond, overshootPercent, calls, trouble } = exhaustion;
  const over =
    overshootPercent === undefined
      ? 'what they cost is not known'
      : `overshoot ${overshootPercent} % of the budget`;
  const evidence = `${calls} calls were answered, ${callsBeyond} of them after the budget was spent; ${over}`;
  if (enforcement === undefined)
    return { verdict: 'not verifiable', finding: trouble ?? 'the budget was not spent', evidence };
  const finding = {
    hard: 'the cap is hard',
    soft: 'the cap is soft: calls passed beyond it',
    'reported-only': 'the cap is reported only: nothing was refused',
  }[enforcement];
  return { verdict: enforcement === 'hard' ? 'verified' : 'refuted', finding, evidence };
}

function askAnswer({ exhaustion, happy }: Found): Said {
  const refusal = exhaustion?.refusal;
  if (exhaustion === undefined) return NOT_TRIED;
  if (refusal === undefined)
    return { verdict: 'not verifiable', finding: 'no refusal was seen', evidence: exhaustion.trouble ?? '' };
  const evidence = `${renderAnswer(refusal)}; ${refusal.failure?.evidence ?? ''}`;
  if (refusal.status === 200) return { verdict: 'refuted', finding: 'an error under HTTP 200', evidence };
  if (sameAnswer(refusal, happy.wrongKey))
    return { verdict: 'refuted', finding: 'the same answer as to a wrong key', evidence };
  if (exhaustion.looksLike !== undefined) {
    const finding = {
      'rate-limited': 'it looks like a rate limit',
      unauthorised: 'it looks like a wrong key',
      unknown: 'it looks like no budget at all',
    }[exhaustion.looksLike];
    return { verdict: 'refuted', finding, evidence };
  }
  return { verdict: 'verified', finding: renderAnswer(refusal), evidence };
}

/** Many calls say more than one: the count may still move with what was spent before the first of them. */
function askUnit({ happy, exhaustion }: Found): Said {
  const { unit, evidence } = exhaustion?.unit ?? happy.unit;
  const verdict = { same: 'verified', different: 'refuted', unknown: 'not verifiable' } as const;
  return {
    verdict: verdict[unit],
    finding: `${unit} unit`,
    evidence: `${evidence}; usage in the answer is ${happy.usage}`,
  };
}

function askHistory({ happy, exhaustion, gateway }: Found): Said {
  const finding = gateway.facts.history;
  const lag = happy.lagMs ?? exhaustion?.lagMs;
  if (happy.counted === 'yes' && exhaustion?.countFollowed !== false)
    return {
      verdict: 'verified',
      finding,
      evidence: `the count followed within ${seconds(lag)}`,
    };
  if (happy.counted === 'unknown')
    return { verdict: 'not verifiable', finding, evidence: 'the count could not be read' };
  return { verdict: 'refuted', finding, evidence: 'the count did not follow the calls in the time allowed' };
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? 'an unknown time' : `${Math.max(1, Math.ceil(ms / 1000))} s`;
}

function askFallback({ fallback }: Found): Said {
  if (fallback === undefined) return NOT_TRIED;
  const verdict = { capped: 'verified', uncapped: 'refuted' } as const;
  return {
    verdict: fallback.fallback === undefined ? 'not verifiable' : verdict[fallback.fallback],
    finding: fallback.fallback ?? 'no fallback was seen',
    evidence: fallback.evidence,
  };
}
