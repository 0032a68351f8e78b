/** What every gateway of the list is told of a run, and that nothing in a name can make it say something else. */
import { describe, expect, test } from '@jest/globals';
import type { Attribution } from '../../src/core/attribution.js';
import { gateways } from '../../src/gateways/index.js';
import type { AttributionStyle } from '../../src/ports/gateway.js';
import { FACTS, HOSTILE_NAMES, hostileFacts } from '../support/attribution.js';

const STYLES: readonly AttributionStyle[] = ['metadata', 'tags'];
/** What common servers take for all headers of a request together is 8 kB. */
const MAX_HEADER_BYTES = 6000;

const JSON_OF_ALL =
  '{"repository":"acme/app","team":"platform","task":"triage","run-id":"42","actor":"octocat","agent":"codex","pull-request":"7","workflow":"nightly","job":"agent","event":"pull_request","attempt":"2","commit":"f00dfeed"}';
const each = (prefix: string) =>
  Object.fromEntries(
    Object.entries(JSON.parse(JSON_OF_ALL)).map(([name, value]) => [`${prefix}${name}`, value]),
  );

/** With `metadata`, and what `tags` adds or changes. Gateways that are not here are told nothing. */
const TOLD: Readonly<Record<string, Readonly<Record<AttributionStyle, object>>>> = {
  litellm: {
    metadata: { 'x-litellm-spend-logs-metadata': JSON_OF_ALL },
    tags: {
      'x-litellm-tags':
        'repository:acme/app,team:platform,task:triage,actor:octocat,agent:codex,pull-request:7,workflow:nightly,job:agent,event:pull_request',
    },
  },
  portkey: {
    metadata: { 'x-portkey-metadata': JSON_OF_ALL },
    tags: { 'x-portkey-metadata': JSON_OF_ALL.replace('{', '{"_user":"octocat",') },
  },
  helicone: { metadata: each('helicone-property-'), tags: { 'helicone-user-id': 'octocat' } },
  bifrost: { metadata: each('x-bf-dim-'), tags: {} },
  cloudflare: {
    metadata: {
      'cf-aig-metadata':
        '{"repository":"acme/app","team":"platform","task":"triage","run-id":"42","actor":"octocat"}',
    },
    tags: {},
  },
  vercel: {
    metadata: {},
    tags: {
      'ai-reporting-tags': 'repository:acme/app,team:platform,task:triage,actor:octocat,agent:codex',
    },
  },
  openrouter: { metadata: {}, tags: { 'x-session-id': 'spendgate-42-2' } },
  envoy: { metadata: {}, tags: each('x-spendgate-') },
  kong: { metadata: {}, tags: each('x-spendgate-') },
};

test('the gateways of the table exist', () => {
  expect(Object.keys(TOLD).filter((id) => !gateways.some((gateway) => gateway.id === id))).toEqual([]);
});

describe.each(gateways)('$id', (gateway) => {
  const told = (facts: Attribution, how: AttributionStyle) => gateway.attribute?.(facts, how) ?? {};
  const { families = [], except = [] } = gateway.reservedHeaders ?? {};

  test('is told of a whole run what is known to leave a request as it is', () => {
    const { metadata = {}, tags = {} } = TOLD[gateway.id] ?? {};
    expect(told(FACTS, 'metadata')).toEqual(metadata);
    expect(told(FACTS, 'tags')).toEqual({ ...metadata, ...tags });
  });

  test('says in a sentence what it is told, or why nothing', () => {
    const { attribution } = gateway.facts;
    expect(attribution).toMatch(/^[A-Z`].*\.$/);
    const isTold = (how: AttributionStyle) => Object.keys(told(FACTS, how)).length > 0;
    expect(attribution.startsWith('Nothing')).toBe(!isTold('metadata'));
    expect(/\b[Ww]ith `tags`/.test(attribution)).toBe(
      JSON.stringify(told(FACTS, 'tags')) !== JSON.stringify(told(FACTS, 'metadata')),
    );
  });

  test.each(HOSTILE_NAMES)('%j stays inside its value', (name) => {
    for (const how of STYLES) {
      const sent = told(hostileFacts(name), how);
      const bytes = Object.entries(sent).flat().join('').length;
      expect(bytes).toBeLessThan(MAX_HEADER_BYTES);
      for (const [header, value] of Object.entries(sent)) {
        expect(header).toMatch(/^[a-z0-9-]+$/);
        expect(value).toMatch(/^[ -~]*$/);
        if (value.startsWith('{')) expectOwnMembers(value, hostileFacts(name));
        else if (header.endsWith('tags')) expectOwnTags(value);
      }
    }
  });

  test('an agent cannot say in its place what it is told', () => {
    if (gateway.reservedHeaders === undefined) return;
    const names = STYLES.flatMap((how) => Object.keys(told(FACTS, how)));
    const open = names.filter((name) => except.includes(name) || !families.some((f) => name.startsWith(f)));
    expect(open).toEqual([]);
  });

  test('reserves whole families, and lets through only names of them', () => {
    for (const family of families) expect(family).toMatch(/^[a-z-]+-$/);
    for (const name of except) expect(families.some((family) => name.startsWith(family))).toBe(true);
  });
});

/** The members are those of the facts, with their own values or a beginning of them. */
function expectOwnMembers(json: string, facts: Attribution): void {
  const members: Record<string, string> = JSON.parse(json);
  const known = new Map(Object.entries({ ...facts, _user: facts.actor }));
  for (const [name, value] of Object.entries(members)) {
    expect([...known.keys()]).toContain(name);
    expect(value.length).toBeLessThanOrEqual(128);
    expect(String(known.get(name)).startsWith(value)).toBe(true);
  }
}

/** As many tags as facts, each with the name of its own. */
function expectOwnTags(list: string): void {
  if (list === '') return;
  const names = list.split(',').map((tag) => tag.split(':')[0]);
  expect(new Set(names).size).toBe(names.length);
  expect(
    names.every((name) =>
      /^(?:repository|team|task|actor|agent|pull-request|issue|workflow|job|event)$/.test(name ?? ''),
    ),
  ).toBe(true);
}
