/** Addresses in texts: those that a report names are links, and no other is. */
import { expect, test } from '@jest/globals';
import { escapeLinked } from '../../src/reporters/shared/links.js';

const RUN = { text: 'run 41', url: 'https://github.test/acme/app/actions/runs/41' };
const ISSUE = { text: 'issue #4', url: 'https://github.test/acme/app/issues/4' };
const show = (text: string, links = [RUN, ISSUE]) => escapeLinked(text, links, 600);

test('an address of our own is a link, and the words around it stay as they are', () => {
  expect(show(`Closed (${RUN.url}). See ${ISSUE.url} and *that*.`)).toBe(
    `Closed ([run 41](${RUN.url})). See [issue #\u200b4](${ISSUE.url}) and \\*that\\*.`,
  );
});

test.each([
  `${RUN.url}2`,
  `${RUN.url}/job/7`,
  `${RUN.url}?x=1`,
  'https://evil.test/acme/app/actions/runs/41',
])('%s is another address, and no link', (url) => {
  expect(show(`See ${url}.`)).not.toMatch(/\]\(|:\/\//);
});

test('text before an address cannot make a link or an image of it', () => {
  expect(show(`![x](${RUN.url}) [y](${RUN.url})`)).toBe(
    `\\!\\[x\\]([run 41](${RUN.url})) \\[y\\]([run 41](${RUN.url}))`,
  );
});

test('an address that is none of a web page stays text', () => {
  const script = { text: 'run', url: 'javascript:alert(1)' };
  expect(show(`See ${script.url}.`, [script])).not.toContain('](');
});

test('an address that was cut in two is no link', () => {
  expect(escapeLinked(`${'x'.repeat(560)} ${RUN.url}`, [RUN], 600)).not.toContain('](');
});
