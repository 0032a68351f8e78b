/** Every format writes every alert so that nothing in it means more than its letters, and within the receiver's bounds. */
import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { alertFormats, formatFor } from '../../src/alerts/index.js';
import { escapeSlack } from '../../src/alerts/slack.js';
import { INPUTS } from '../../src/config/inputs.js';
import type { Alert } from '../../src/core/alert.js';
import { budgetAlertOf, gateAlertOf } from '../support/alerts.js';

const SECRET = '0123456789abcdef0123456789abcdef';
const ENVELOPE = { deliveryId: 'd-1', timestamp: 1_763_802_000, secret: SECRET };
const HOSTILE_TEXTS = [
  '<!channel> <!here> <!everyone> <!subteam^S123|@ops>',
  '<@U012AB3CD> <#C024BE7LR>',
  '<https://evil.test|https://github.com/acme/app>',
  '@channel @here @everyone',
  '*bold* _italic_ ~struck~ `code` ```block```',
  '[click](https://evil.test) ![x](https://evil.test/x.png)',
  '<at>everyone</at>',
  '{{DATE(2026-11-22T09:00:00Z)}} {{{TIME(x)}}} ${$root.secret} $${x}',
  '# heading\n- list\n1. one',
  '"}],"attachments":[{"contentType":"text/html"}]',
  '\u202egnp.exe\u202c',
  '&lt;!channel&gt; &amp;lt;',
  ':fire: :rotating_light:',
  '::error::x ##[error]x',
  '\ud800 lone \udc00',
  '<'.repeat(4000),
  '😀'.repeat(2000),
];

/** With a short name each. */
const HOSTILE = HOSTILE_TEXTS.map((text): [string, string] => [JSON.stringify(text.slice(0, 40)), text]);

const all = (alert: Alert) =>
  alertFormats.map((format) => [format.id, JSON.parse(format.render(alert, ENVELOPE).body)] as const);
const rendered = (id: string, alert: Alert): unknown => Object.fromEntries(all(alert))[id];

/** Every object anywhere in a message. */
function objectsIn(value: unknown): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn);
  if (typeof value !== 'object' || value === null) return [];
  return [value as Record<string, unknown>, ...Object.values(value).flatMap(objectsIn)];
}

const stringsIn = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(stringsIn)
      : [];

function hostileAlerts(text: string): Alert[] {
  return [
    budgetAlertOf({ workflow: text, task: text, team: text, repository: text }, text),
    gateAlertOf({ gate: text, reason: text, actor: text }),
    gateAlertOf({ gate: text, reason: text, actor: text, closed: false }),
    gateAlertOf({ gate: text, reason: text, actor: text }, false),
  ];
}

describe.each(alertFormats)('$id', (format) => {
  test.each(HOSTILE)('%s is a message all the same, well-formed and small enough', (_name, text) => {
    for (const alert of hostileAlerts(text)) {
      const { body } = format.render(alert, ENVELOPE);
      expect(Buffer.byteLength(body)).toBeLessThan(20_000);
      expect(stringsIn(JSON.parse(body)).filter((one) => !one.isWellFormed())).toEqual([]);
    }
  });

  test('names the run, and where it is', () => {
    for (const alert of [budgetAlertOf(), gateAlertOf()]) {
      const { body } = format.render(alert, ENVELOPE);
      for (const said of [alert.runUrl ?? 'no url', 'acme/app', 'nightly', 'triage', alert.title])
        expect(body).toContain(JSON.stringify(said).slice(1, -1));
    }
  });

  test('has nothing to link to outside of GitHub', () => {
    expect(format.render(budgetAlertOf({ runUrl: undefined }), ENVELOPE).body).not.toMatch(
      /actions\/runs|OpenUrl/,
    );
  });
});

test('every format can be asked for, and nothing else', () => {
  const { parse } = INPUTS['alert-format'];
  for (const { id } of alertFormats) expect(parse(id)).toBe(id);
  expect(parse('auto')).toBe('auto');
  expect(() => parse('email')).toThrow(['auto', ...alertFormats.map(({ id }) => id)].join(', '));
});

describe('slack', () => {
  test('is told in blocks', () => {
    expect(rendered('slack', budgetAlertOf())).toEqual({
      text: '⚠️ 80 % of a budget is used: key ci',
      mrkdwn: false,
      unfurl_links: false,
      unfurl_media: false,
      blocks: [
        {
          type: 'header',
          text: { type: 'plain_text', text: '⚠️ 80 % of a budget is used: key ci', emoji: false },
        },
        {
          type: 'section',
          text: {
            type: 'plain_text',
            text: '83 % of $10.00 is used on key ci, $1.68 is left (litellm, 2026-11-22T09:00:00Z). It resets at 2026-11-23T00:00:00Z.',
            emoji: false,
          },
        },
        {
          type: 'section',
          fields: [
            ['Used', '$8.32'],
            ['Limit', '$10.00'],
            ['Left', '$1.68'],
            ['Gateway', 'litellm'],
            ['Repository', 'acme/app'],
            ['Workflow', 'nightly'],
            ['Task', 'triage'],
          ].map(([label, value]) => ({ type: 'plain_text', text: `${label}\n${value}`, emoji: false })),
        },
        {
          type: 'context',
          elements: [{ type: 'mrkdwn', text: '<https://github.com/acme/app/actions/runs/42|Open the run>' }],
        },
      ],
    });
  });

  test.each(HOSTILE)('%s calls nobody, and is read as markup nowhere', (_name, text) => {
    for (const alert of hostileAlerts(text)) {
      const message = rendered('slack', alert);
      for (const object of objectsIn(message)) {
        const { type, text: shown } = object;
        if (typeof shown !== 'string') continue;
        // The link to the run is the one place with markup, and nothing from elsewhere is in it.
        if (type === 'mrkdwn') expect(shown).toBe(`<${alert.runUrl}|Open the run>`);
        else expect(shown).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
      }
    }
  });

  test.each(HOSTILE)('%s stays within the bounds of every block', (_name, text) => {
    for (const alert of hostileAlerts(text)) {
      const blocks = objectsIn(rendered('slack', alert)).filter(({ type }) => typeof type === 'string');
      for (const block of blocks) {
        const {
          type,
          text: inner,
          fields = [],
        } = block as {
          type: string;
          text?: { text: string };
          fields?: { text: string }[];
        };
        if (type === 'header') expect(inner?.text.length).toBeLessThanOrEqual(150);
        if (type === 'section' && inner) expect(inner.text.length).toBeLessThanOrEqual(3000);
        expect(fields.length).toBeLessThanOrEqual(10);
        for (const field of fields) expect(field.text.length).toBeLessThanOrEqual(2000);
      }
    }
  });

  test('a text that is cut ends with a whole character', () => {
    expect(escapeSlack('ab<cd', 6)).toBe('ab…');
    expect(escapeSlack('ab<cd', 7)).toBe('ab&lt;…');
    expect(escapeSlack('ab<cd', 8)).toBe('ab&lt;cd');
    expect(escapeSlack('a😀b', 3)).toBe('a…');
  });
});

describe('teams', () => {
  test('is told by an Adaptive Card in a message', () => {
    const message = rendered('teams', gateAlertOf());
    expect(message).toMatchObject({
      type: 'message',
      attachments: [
        {
          contentType: 'application/vnd.microsoft.card.adaptive',
          content: {
            type: 'AdaptiveCard',
            version: '1.4',
            actions: [{ type: 'Action.OpenUrl', url: 'https://github.com/acme/app/actions/runs/42' }],
          },
        },
      ],
    });
    const texts = objectsIn(message).filter(({ type }) => type === 'TextRun');
    expect(texts.map(({ text }) => text).slice(0, 2)).toEqual([gateAlertOf().title, gateAlertOf().text]);
  });

  test.each(HOSTILE)('%s stands only where no Markdown is read, and fills nothing in', (_name, text) => {
    for (const alert of hostileAlerts(text)) {
      const objects = objectsIn(rendered('teams', alert));
      const types = new Set(objects.map(({ type }) => type).filter((type) => type !== undefined));
      expect([...types].sort()).toEqual([
        'Action.OpenUrl',
        'AdaptiveCard',
        'RichTextBlock',
        'TextRun',
        'message',
      ]);
      for (const { text: shown } of objects)
        if (typeof shown === 'string') expect(shown).not.toMatch(/\{\{|\$\{/);
    }
  });
});

describe('json', () => {
  test('holds every figure as a field, and leaves out what is not known', () => {
    expect(rendered('json', budgetAlertOf())).toEqual({
      version: 1,
      event: 'budget.threshold',
      severity: 'warning',
      title: '80 % of a budget is used: key ci',
      text: '83 % of $10.00 is used on key ci, $1.68 is left (litellm, 2026-11-22T09:00:00Z). It resets at 2026-11-23T00:00:00Z.',
      at: '2026-11-22T09:00:00.000Z',
      observe: false,
      repository: 'acme/app',
      workflow: 'nightly',
      task: 'triage',
      'run-id': '42',
      'run-attempt': 1,
      'run-url': 'https://github.com/acme/app/actions/runs/42',
      budget: {
        gateway: 'litellm',
        scope: 'key ci',
        unit: 'USD',
        threshold: 80,
        'percent-used': '83.2',
        limit: '10',
        used: '8.32',
        remaining: '1.68',
        period: '1d',
        'resets-at': '2026-11-23T00:00:00Z',
        'as-of': '2026-11-22T09:00:00Z',
      },
    });
    expect(rendered('json', gateAlertOf())).toMatchObject({
      event: 'gate.closed',
      gate: { name: 'nightly-triage', state: 'closed', actor: 'octocat' },
    });
  });

  test('is signed over its time and its body', () => {
    const { headers, body } = formatFor('alerts.test', 'auto').render(budgetAlertOf(), ENVELOPE);
    const expected = createHmac('sha256', SECRET).update(`1763802000.${body}`).digest('hex');
    expect(headers).toEqual({
      'x-spendgate-delivery': 'd-1',
      'x-spendgate-timestamp': '1763802000',
      'x-spendgate-signature-256': `sha256=${expected}`,
    });
  });

  test('without a secret is not signed, and says no more than that', () => {
    const { headers } = formatFor('alerts.test', 'json').render(budgetAlertOf(), {
      ...ENVELOPE,
      secret: undefined,
    });
    expect(Object.keys(headers)).toEqual(['x-spendgate-delivery', 'x-spendgate-timestamp']);
  });
});

test.each([
  ['hooks.slack.com', 'auto', 'slack'],
  ['acme.webhook.office.com', 'auto', 'teams'],
  ['prod-12.westeurope.logic.azure.com', 'auto', 'teams'],
  ['default1a2b.3c.environment.api.powerplatform.com', 'auto', 'teams'],
  ['api.powerautomate.com', 'auto', 'teams'],
  ['alerts.example.com', 'auto', 'json'],
  ['127.0.0.1', 'auto', 'json'],
  ['evil-hooks.slack.com', 'auto', 'json'],
  ['hooks.slack.com.evil.test', 'auto', 'json'],
  ['logic.azure.com.evil.test', 'auto', 'json'],
  ['127.0.0.1', 'slack', 'slack'],
  ['127.0.0.1', 'teams', 'teams'],
  ['hooks.slack.com', 'json', 'json'],
])('%s with `alert-format: %s` is told in %s', (host, wanted, id) => {
  expect(formatFor(host, wanted).id).toBe(id);
});
