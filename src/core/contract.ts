/**
 * What `verify` found out about a gateway, as it stands in the policy file: how an exhausted budget is told, whether the
 * cap is hard, how late its figures are. It ages: gateways are upgraded under their users.
 */
import { type Finding, finding } from './findings.js';

export interface Contract {
  readonly gateway: string;
  /** The gateway's own version at that time; `undefined` where it does not tell. */
  readonly gatewayVersion: string | undefined;
  /** Day of the verification, `YYYY-MM-DD`. */
  readonly verifiedAt: string;
  /** The answer to a call when nothing is left; `undefined` when no call was ever refused. */
  readonly exhaustion: ExhaustedAnswer | undefined;
  /** `hard`: the call that passes the cap is the last. `soft`: more calls pass. `reported-only`: none is refused. */
  readonly enforcement: 'hard' | 'soft' | 'reported-only' | undefined;
  /** How far beyond the cap calls still passed. */
  readonly overshootPercent: number | undefined;
  /** How late the gateway's own count follows its calls. */
  readonly lagMs: number | undefined;
  /** What happens to a request that asks for more output than the gateway allows. */
  readonly requestCeiling: 'rejects' | 'truncates' | 'ignores' | undefined;
  readonly keys: 'separate' | 'shared' | undefined;
  readonly fallback: 'capped' | 'uncapped' | undefined;
}

/** Statuses that mean money wherever they come without a code. */
export const MONEY_STATUSES: readonly number[] = [402, 412];

export interface ExhaustedAnswer {
  readonly status: number;
  /** Machine-readable word in the body; `undefined` when there is none. */
  readonly code: string | undefined;
  /** What the very same answer means at other times, so that it alone proves nothing. */
  readonly looksLike: 'rate-limited' | 'unauthorised' | 'unknown' | undefined;
}

const STALE_DAYS = 90;
const DAY_MS = 86_400_000;

/** What a person should know before trusting a budget under this contract. */
export function judgeContract(
  contract: Contract,
  now: Date,
  gateway: { readonly id: string | undefined; readonly version: string | undefined },
): Finding[] {
  return [...judgeAge(contract, now), ...judgeSubject(contract, gateway), ...judgeEnforcement(contract)];
}

function judgeAge({ verifiedAt }: Contract, now: Date): Finding[] {
  const days = Math.floor((now.getTime() - Date.parse(verifiedAt)) / DAY_MS);
  if (days < -1)
    return [stale(`The contract says that it was verified on ${verifiedAt}, which is yet to come.`)];
  if (days <= STALE_DAYS) return [];
  return [
    stale(`The contract was verified ${days} days ago (${verifiedAt}); after ${STALE_DAYS} days it is old.`),
  ];
}

function judgeSubject(
  { gateway: verified, gatewayVersion }: Contract,
  { id, version }: { readonly id: string | undefined; readonly version: string | undefined },
): Finding[] {
  if (id !== undefined && id !== verified)
    return [stale(`The contract was verified against ${verified}, and this run uses ${id}.`)];
  if (version === undefined || gatewayVersion === undefined || version === gatewayVersion) return [];
  return [
    stale(`The gateway is at version ${version}; the contract was verified against ${gatewayVersion}.`),
  ];
}

function stale(message: string): Finding {
  return finding('warning', 'contract-stale', 'The contract with the gateway is out of date', message, {
    advice: 'Run `mode: verify` again on a test budget, and put its `contract` block into the policy file.',
  });
}

function judgeEnforcement({
  enforcement,
  overshootPercent,
  verifiedAt,
  keys,
  fallback,
}: Contract): Finding[] {
  const findings: Finding[] = [];
  const advice = 'Set `max-cost` on `wrap`: that limit holds whatever the gateway does.';
  const note = (id: string, title: string, message: string) =>
    findings.push(finding('notice', id, title, `${message} (verified ${verifiedAt}).`, { advice }));
  if (enforcement === 'reported-only')
    note(
      'cap-not-enforced',
      'The gateway refuses nothing',
      'This gateway reports its budget and stops no call at it',
    );
  if (enforcement === 'soft') {
    const far = overshootPercent === undefined ? '' : `: ${overshootPercent} % beyond it`;
    note('cap-soft', 'The gateway’s cap is soft', `Calls passed after this gateway’s budget was spent${far}`);
  }
  if (keys === 'shared')
    note('budget-shared', 'Keys share a budget', 'At this gateway an exhausted key stops other keys too');
  if (fallback === 'uncapped')
    note(
      'fallback-uncapped',
      'The fallback has no cap',
      'At this gateway a fallback answers when the budget is exhausted',
    );
  return findings;
}
