/**
 * Microsoft Teams: an Adaptive Card in a message, as Power Automate workflows take it (and the connectors before them).
 * Markdown is read in `TextBlock` and in facts alone, so whatever came from elsewhere stands in `TextRun`s.
 * @see https://adaptivecards.io/explorer/RichTextBlock.html
 */
import type { Alert } from '../core/alert.js';
import type { AlertFormat } from '../ports/alerts.js';

const DOMAINS = ['webhook.office.com', 'logic.azure.com', 'powerplatform.com', 'powerautomate.com'];
const COLOURS: Readonly<Record<Alert['severity'], string>> = {
  info: 'Accent',
  warning: 'Warning',
  critical: 'Attention',
};
const ZERO_WIDTH_SPACE = '\u200b';

export const teams: AlertFormat = {
  id: 'teams',
  recognises: (host) => DOMAINS.some((domain) => host.endsWith(`.${domain}`)),
  render: (alert) => ({ headers: {}, body: JSON.stringify(messageOf(alert)) }),
};

function messageOf(alert: Alert): object {
  return {
    type: 'message',
    attachments: [
      { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: cardOf(alert) },
    ],
  };
}

function cardOf({ title, text, severity, facts, runUrl }: Alert): object {
  const heading = { size: 'Large', weight: 'Bolder', color: COLOURS[severity] };
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [
      richText([run(title, heading)]),
      richText([run(text)]),
      ...facts.map(([label, value]) =>
        richText([run(`${label}: `, { weight: 'Bolder' }), run(value)], 'Small'),
      ),
    ],
    ...(runUrl === undefined
      ? {}
      : { actions: [{ type: 'Action.OpenUrl', title: 'Open the run', url: encodeURI(runUrl) }] }),
  };
}

function richText(inlines: readonly object[], spacing = 'Default'): object {
  return { type: 'RichTextBlock', spacing, inlines };
}

/** Cards fill in `{{DATE(…)}}` and `${…}` wherever text stands. */
function run(text: string, style: object = {}): object {
  const inert = text.replace(/[{$](?=\{)/g, `$&${ZERO_WIDTH_SPACE}`);
  return { type: 'TextRun', text: inert, ...style };
}
