/**
 * DashScope (Qwen). `insufficient_quota`, which means an empty account at OpenAI, is a limit of tokens per minute here.
 * @see https://help.aliyun.com/zh/model-studio/error-code
 */
import type { FailureRule } from '../core/failure.js';
import type { Gateway } from '../ports/gateway.js';
import { classify, onWord } from '../wire/failure-rules.js';
import { nothingToRead } from './shared/nothing-to-read.js';
import { SAYS_NO_COST, SAYS_NO_ROUTE } from './shared/silent.js';

/** The free allocation of a model is a budget; it is told under the words of a rate. */
const freeAllocation: FailureRule = ({ status }, { message }) =>
  (status === 403 || status === 429) && /free allocated quota exceeded/i.test(message)
    ? {
        kind: 'exhausted',
        by: 'code',
        evidence: `status ${status}, free allocated quota`,
        confidence: 'medium',
      }
    : undefined;

const RULES = [
  freeAllocation,
  onWord('code', {
    Arrearage: { kind: 'exhausted', scope: 'account' },
    'Throttling.RateQuota': 'rate-limited',
    'Throttling.AllocationQuota': 'rate-limited',
    insufficient_quota: 'rate-limited',
    invalid_api_key: 'unauthorised',
    InvalidApiKey: 'unauthorised',
  }),
];

export const dashscope: Gateway = {
  id: 'dashscope',
  summary: 'Meters and classifies; nothing to read: give `gateway.budgets` in the policy file.',
  facts: {
    title: 'DashScope (Qwen)',
    credential: 'No key reads it.',
    units: 'CNY or USD in the console.',
    freshness: 'Nothing to read.',
    enforcement: 'checks',
    exhausted: '400 `Arrearage`. 429 `insufficient_quota` is a rate limit here.',
    history: 'The console.',
    attribution: 'Nothing: it books by key.',
    see: 'https://help.aliyun.com/zh/model-studio/error-code',
  },
  defaultUrl: 'https://dashscope-intl.aliyuncs.com/compatible-mode',
  requires: [],
  ...nothingToRead('dashscope', 'no balance endpoint takes an API key'),
  readFailure: (evidence) => classify(evidence, { rules: RULES, origin: 'gateway' }),
  ...SAYS_NO_COST,
  ...SAYS_NO_ROUTE,
};
