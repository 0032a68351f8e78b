/** Who is told, besides the people who look at the run. */
import { oneOf } from '../parsers.js';
import { asText, defineInputs } from './spec.js';

const TELLING_MODES = ['pre', 'post', 'gate'] as const;

export const ALERT_INPUTS = defineInputs({
  'alert-webhook': {
    modes: TELLING_MODES,
    description:
      'Where people are told that a share of a budget is used (`alert-at`, and 100 %), and that a gate closed or opened: one URL a line, five at most. It is masked at once, and only its host is ever shown. A webhook that fails changes no verdict.',
    example: '${{ secrets.ALERT_WEBHOOK }}',
    secret: true,
    parse: asText,
  },
  'alert-format': {
    modes: TELLING_MODES,
    description:
      'What webhooks are sent: `slack`, `teams` (an Adaptive Card) or `json`; `auto` knows Slack and Teams by their hosts, and sends JSON to all others.',
    example: 'auto',
    default: '`auto`',
    parse: oneOf('auto', 'slack', 'teams', 'json'),
  },
  'alert-secret': {
    modes: TELLING_MODES,
    description:
      'Key that alerts in JSON are signed with (HMAC-SHA-256), 16 characters or more. It is masked at once.',
    example: '${{ secrets.ALERT_SECRET }}',
    secret: true,
    parse: asText,
  },
});
