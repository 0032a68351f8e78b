/** A gateway under a verified contract: its known answer at the end of a budget, and how late its figures are. */
import { type Contract, type ExhaustedAnswer, MONEY_STATUSES } from '../../core/contract.js';
import type { Failure, FailureEvidence } from '../../core/failure.js';
import type { Gateway } from '../../ports/gateway.js';
import { machineWords } from '../../wire/error-body.js';

/** Words that say what sort of error it is, and nothing of money. */
const GENERIC_WORDS = new Set([
  'invalid_request_error',
  'api_error',
  'server_error',
  'rate_limit_error',
  'permission_error',
]);

/** The gateway itself where there is no contract, or the contract is about another one. */
export function withContract(gateway: Gateway, contract: Contract | undefined): Gateway {
  if (contract === undefined || contract.gateway !== gateway.id) return gateway;
  return {
    ...gateway,
    readBudget: async (context) => {
      const reading = await gateway.readBudget(context);
      return { ...reading, lagMs: longer(contract.lagMs, reading.lagMs) };
    },
    readFailure: (evidence) => underContract(gateway.readFailure(evidence), evidence, contract),
  };
}

/** One look may have been a lucky one: what is documented stays, unless more was seen. */
function longer(seen: number | undefined, documented: number | undefined): number | undefined {
  return seen === undefined || documented === undefined ? (seen ?? documented) : Math.max(seen, documented);
}

/** What was seen at this very gateway outranks what gateways of its kind are known for. */
function underContract(failure: Failure, evidence: FailureEvidence, contract: Contract): Failure {
  const { exhaustion, verifiedAt } = contract;
  if (exhaustion === undefined || exhaustion.status !== evidence.status) return failure;
  const { code } = exhaustion;
  if (failure.kind === 'exhausted' || failure.kind === 'too-large-for-budget') return failure;
  if (code !== undefined && !machineWords(evidence.body).includes(code)) return failure;
  const seen = `contract of ${verifiedAt}: status ${exhaustion.status}${code === undefined ? '' : `, ${code}`}`;
  const isKnown = failure.confidence === 'high' && failure.kind !== 'unknown';
  // The very words that mean something else at other times: only a look at the budget can tell.
  const mayBeEither = exhaustion.looksLike !== undefined && (code !== undefined || !isKnown);
  if (mayBeEither || (!isKnown && isAmbiguous(exhaustion)))
    return { ...failure, retryable: undefined, confidence: 'low', needsProbe: true, evidence: seen };
  if (isKnown) return failure;
  return {
    ...failure,
    kind: 'exhausted',
    retryable: false,
    resetsAt: undefined,
    confidence: 'high',
    needsProbe: false,
    evidence: seen,
  };
}

/** A status that other errors have too, and no word of its own, or one that says nothing of money. */
function isAmbiguous({ status, code }: ExhaustedAnswer): boolean {
  return code === undefined ? !MONEY_STATUSES.includes(status) : GENERIC_WORDS.has(code);
}
