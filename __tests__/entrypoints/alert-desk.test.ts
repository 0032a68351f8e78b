/** The webhooks of a run: who is told in which format, what is said of the one that failed, and names nobody can guess. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Agent } from 'undici';
import type { AlertConfig } from '../../src/config/alerts-config.js';
import { createAlertDesk } from '../../src/entrypoints/alert-desk.js';
import { budgetAlertOf, gateAlertOf } from '../support/alerts.js';
import { FixedClock } from '../support/fakes.js';
import { startWebhook, type Webhook } from '../support/webhook.js';

let good: Webhook;
let bad: Webhook;
let dispatcher: Agent;

beforeEach(async () => {
  [good, bad] = [await startWebhook(), await startWebhook()];
  bad.answer = 410;
  dispatcher = new Agent();
});

afterEach(async () => {
  await dispatcher.destroy();
  await Promise.all([good.close(), bad.close()]);
});

function deskOf(rest: Partial<AlertConfig> = {}) {
  const urls = [`${good.url}/s3cr3t`, `${bad.url}/s3cr3t`];
  const config: AlertConfig = { at: [50, 80], urls, format: 'auto', secret: undefined, ...rest };
  return createAlertDesk(config, async () => dispatcher, new FixedClock());
}

describe('a desk', () => {
  test('sends every alert to every webhook, and names the one that failed by format and host alone', async () => {
    const deliveries = await deskOf().send([budgetAlertOf(), gateAlertOf()]);
    expect(deliveries).toEqual([
      { to: 'json (127.0.0.1)', failure: undefined },
      { to: 'json (127.0.0.1)', failure: 'it answered 410' },
    ]);
    const titles = [budgetAlertOf().title, gateAlertOf().title].sort();
    for (const { seen } of [good, bad]) expect(seen.map(({ json }) => json['title']).sort()).toEqual(titles);
  });

  test('gives every message an id of its own, and the time it was sent at', async () => {
    await deskOf().send([budgetAlertOf(), gateAlertOf()]);
    const headers = [...good.seen, ...bad.seen].map((told) => told.headers);
    expect(new Set(headers.map((one) => one['x-spendgate-delivery'])).size).toBe(4);
    const sentAt = String(Date.parse('2026-11-22T09:00:00Z') / 1000);
    expect(new Set(headers.map((one) => one['x-spendgate-timestamp']))).toEqual(new Set([sentAt]));
  });

  test('keeps the id of a message that it sends again', async () => {
    bad.answer = 503;
    await deskOf({ urls: [bad.url] }).send([budgetAlertOf()]);
    const ids = bad.seen.map(({ headers }) => headers['x-spendgate-delivery']);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });

  test('writes in the format that was asked for', async () => {
    await deskOf({ format: 'slack', urls: [good.url] }).send([budgetAlertOf()]);
    expect(good.seen[0]?.json).toHaveProperty('blocks');
  });
});

describe('the name of a claim', () => {
  const parts = ['budget', 'litellm', 'key', '80'];

  test('is the same for the same webhooks, and short', () => {
    expect(deskOf().nameOf(parts)).toBe(deskOf().nameOf(parts));
    expect(deskOf().nameOf(parts)).toMatch(/^alert-[0-9a-f]{32}$/);
  });

  test('is another one for other parts, and for other webhooks', () => {
    const names = [
      deskOf().nameOf(parts),
      deskOf().nameOf(['budget', 'litellm', 'key', '50']),
      deskOf().nameOf(['budget', 'litellm', 'key80']),
      deskOf({ urls: [good.url] }).nameOf(parts),
    ];
    expect(new Set(names).size).toBe(names.length);
  });
});
