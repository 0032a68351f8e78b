/**
 * Amazon Bedrock. The kind of an error stands in a header. No spend cap refuses a call: AWS budgets act on the account.
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html
 */
import type { FailureKind, FailureRule } from '../core/failure.js';
import type { Gateway } from '../ports/gateway.js';
import { classify } from '../wire/failure-rules.js';
import { nothingToRead } from './shared/nothing-to-read.js';
import { SAYS_NO_COST, SAYS_NO_ROUTE } from './shared/silent.js';

const WORDS: Readonly<Record<string, FailureKind>> = {
  ThrottlingException: 'rate-limited',
  AccessDeniedException: 'unauthorised',
  UnrecognizedClientException: 'unauthorised',
  ServiceUnavailableException: 'overloaded',
  ModelNotReadyException: 'overloaded',
};

const errorType: FailureRule = ({ headers }) => {
  const [word = ''] = (headers['x-amzn-errortype'] ?? '').split(':');
  const kind = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
  return kind && { kind, by: 'header', evidence: `x-amzn-errortype: ${word}`, confidence: 'high' };
};

const RULES = [errorType];

export const bedrock: Gateway = {
  id: 'bedrock',
  summary: 'Meters and classifies; nothing to read: give `gateway.budgets` in the policy file.',
  facts: {
    title: 'Amazon Bedrock',
    credential: 'No key reads it.',
    units: 'USD in the AWS console.',
    freshness: 'Nothing to read.',
    enforcement: 'none',
    exhausted: 'No answer says that a spend cap is reached. `ThrottlingException` is a rate.',
    history: 'Cost Explorer.',
    attribution:
      'Nothing: its request metadata goes with `InvokeModel` and `Converse`, which the meter does not read.',
    see: 'https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html',
  },
  defaultUrl: undefined,
  requires: [],
  ...nothingToRead('bedrock', 'AWS budgets are read with AWS credentials and do not refuse calls'),
  readFailure: (evidence) => classify(evidence, { rules: RULES, origin: 'gateway' }),
  ...SAYS_NO_COST,
  ...SAYS_NO_ROUTE,
};
