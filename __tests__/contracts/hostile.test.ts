/** Five hundred hostile texts through every surface: none is anything but text there. */
import { describe, expect, test } from '@jest/globals';
import { hostileStrings } from '../support/hostile-strings.js';
import { runnerCommands } from '../support/runner-commands.js';
import { escapeOf, HARMLESS } from '../support/surface-checks.js';
import { surfaces } from '../support/surfaces.js';

const COUNT = 500;
const texts = hostileStrings(COUNT);

test('there are five hundred, and all are different', () => {
  expect(new Set(texts).size).toBe(COUNT);
});

describe.each(surfaces.map((surface) => ({ ...surface })))('$id', (surface) => {
  test('lets no hostile text be anything but text', async () => {
    const plain = await surface.render(HARMLESS);
    expect(plain).not.toBe('');
    const escaped: string[] = [];
    for (const text of texts) {
      const found = escapeOf(surface.kind, await surface.render(text), plain, text);
      if (found !== undefined) escaped.push(found);
    }
    expect(escaped).toEqual([]);
  }, 120_000);
});

describe('what holds the surfaces to account', () => {
  test.each([
    ['an element', '<b>x</b>'],
    ['a link', 'https://evil.test'],
    ['an image', '![x](y)'],
    ['a heading', '# x'],
    ['a mention', '@octocat'],
    ['a reference', 'o/r#1'],
    ['a commit', '0123abc'],
    ['an emoji', ':x:'],
    ['a formula', '$x$'],
    ['a comment', '<!-- x -->'],
  ])('sees %s that nobody escaped', (_name, text) => {
    const isSeen = escapeOf('markdown', text, HARMLESS, text) !== undefined;
    expect(isSeen).toBe(true);
  });

  test.each(['::error::x', ' \u0085::error::x', 'x ##[error]y', 'a\r::notice::y'])(
    'sees the command in %j',
    (line) => {
      expect(runnerCommands(line)).toHaveLength(1);
    },
  );
});
