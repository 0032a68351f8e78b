/** Texts that try to be more than text: picked by hand, with their sources, and composed by a grammar from a fixed seed. */
import { readFileSync } from 'node:fs';

interface Fixture {
  readonly groups: readonly { readonly source: string; readonly strings: readonly string[] }[];
}

const fixture = JSON.parse(
  readFileSync(new URL('../fixtures/hostile/strings.json', import.meta.url), 'utf8'),
) as Fixture;

const ATOMS: readonly (readonly string[])[] = [
  [
    '@octocat',
    '@org/team',
    '#12',
    'o/r#3',
    'GH-4',
    'deadbeef1',
    ':x:',
    'www.evil.test',
    'https://evil.test',
    'a@evil.test',
  ],
  ['<b>', '</td>', '<!--', '-->', '<img src=x>', '<script>', '</details>', '&lt;', '&#64;', '<br>'],
  [
    '*',
    '**',
    '_',
    '`',
    '``',
    '~~',
    '|',
    '\\',
    '!',
    '[',
    ']',
    '(',
    ')',
    '[x](y)',
    '![x](y)',
    '[^1]',
    '$',
    '$$',
  ],
  ['\n', '\r', '\r\n', '\n\n', '\u2028', '\u0085', ' ', '   ', '\t', '\u00a0'],
  ['# ', '- ', '1. ', '> ', '> [!NOTE]', '| a |', '|---|', '```', '~~~', '---', '==='],
  ['::error::', '::set-output name=a::', '##[error]', '%0A', '::stop-commands::t'],
  ['\u202e', '\u2066', '\u200b', '\u200d', '\u001b[31m', '\u0000', '\ud83e', '\ufe0f'],
  ['word', '42', 'claude-x', 'é', '日本', '🧪', '.', ',', ':', '"', "'"],
];

/** The generator of Lehmer: small, and the same everywhere. */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

function composed(random: (below: number) => number): string {
  const length = 2 + random(8);
  return Array.from({ length }, () => {
    const atoms = ATOMS[random(ATOMS.length)] ?? [];
    return atoms[random(atoms.length)] ?? '';
  }).join(random(3) === 0 ? ' ' : '');
}

/** `count` texts, the picked ones first; always the same. */
export function hostileStrings(count: number): string[] {
  const texts = new Set(fixture.groups.flatMap(({ strings }) => strings));
  const random = createRandom(20_261_126);
  while (texts.size < count) {
    const text = composed(random);
    // Blanks alone say nothing.
    if (/[^\s\u0085]/u.test(text)) texts.add(text);
  }
  return [...texts].slice(0, count);
}
