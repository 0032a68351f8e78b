/**
 * Slack's incoming webhooks. Whatever came from elsewhere stands in `plain_text` objects, where Slack reads no markup and
 * makes no links; `&`, `<` and `>` are escaped everywhere, since `<!channel>` and `<@U…>` call people.
 * @see https://docs.slack.dev/reference/block-kit/blocks
 */
import type { Alert } from '../core/alert.js';
import type { AlertFormat } from '../ports/alerts.js';

const HOSTS = new Set(['hooks.slack.com', 'hooks.slack-gov.com']);
/** Slack's own bounds; escaping makes texts longer. */
const MAX_HEADER = 150;
const MAX_TEXT = 3000;
const MAX_FIELDS = 10;
const MAX_FIELD = 2000;
const MARKS: Readonly<Record<Alert['severity'], string>> = { info: 'ℹ️', warning: '⚠️', critical: '🛑' };

export const slack: AlertFormat = {
  id: 'slack',
  recognises: (host) => HOSTS.has(host),
  render: (alert) => ({ headers: {}, body: JSON.stringify(messageOf(alert)) }),
};

function messageOf(alert: Alert): object {
  const title = `${MARKS[alert.severity]} ${alert.title}`;
  const fields = alert.facts
    .slice(0, MAX_FIELDS)
    .map(([label, value]) => plainText(`${label}\n${value}`, MAX_FIELD));
  return {
    // What a notification shows in place of the blocks.
    text: escapeSlack(title, MAX_TEXT),
    mrkdwn: false,
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: 'header', text: plainText(title, MAX_HEADER) },
      { type: 'section', text: plainText(alert.text, MAX_TEXT) },
      ...(fields.length > 0 ? [{ type: 'section', fields }] : []),
      ...(alert.runUrl === undefined ? [] : [linkOf(alert.runUrl)]),
    ],
  };
}

function plainText(text: string, length: number): object {
  return { type: 'plain_text', text: escapeSlack(text, length), emoji: false };
}

function linkOf(url: string): object {
  const target = escapeSlack(encodeURI(url).replaceAll('|', '%7C'), MAX_TEXT);
  return { type: 'context', elements: [{ type: 'mrkdwn', text: `<${target}|Open the run>` }] };
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** At most `length` characters when it is escaped; what is cut ends with `…`, and no entity is cut in two. */
export function escapeSlack(text: string, length: number): string {
  let escaped = '';
  let room = 0;
  for (const character of text) {
    escaped += ENTITIES[character] ?? character;
    if (escaped.length < length) room = escaped.length;
    if (escaped.length > length) return `${escaped.slice(0, room)}…`;
  }
  return escaped;
}
