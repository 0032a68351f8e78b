/** Ten annotations of a level over a whole step, each within what the runner takes. */
import { describe, expect, test } from '@jest/globals';
import { type FindingLevel, finding } from '../../src/core/findings.js';
import { type Annotation, StepAnnotations } from '../../src/platform/annotations.js';
import { findingsOf } from '../support/fakes.js';

const MAX_MESSAGE = 4096;

function step() {
  const sent: Annotation[] = [];
  const log: string[] = [];
  const annotations = new StepAnnotations({
    annotate: (annotation) => sent.push(annotation),
    info: (line) => log.push(line),
  });
  const add = (level: FindingLevel, count: number) => {
    for (const item of findingsOf(level, count)) annotations.add(item, false);
  };
  const titles = (level: FindingLevel) =>
    sent.filter((item) => item.level === level).map(({ title }) => title);
  return { annotations, add, sent, log, titles };
}

describe('places', () => {
  test('are ten of a level, and ten findings have one each', () => {
    const { annotations, add, titles, log } = step();
    add('warning', 10);
    annotations.finish();
    expect(titles('warning')).toEqual(findingsOf('warning', 10).map(({ title }) => title));
    expect(log).toEqual([]);
  });

  test('are not enough for eleven: the last says how many there are, and the log holds them', () => {
    const { annotations, add, titles, log } = step();
    add('warning', 11);
    annotations.finish();
    expect(titles('warning')).toHaveLength(10);
    expect(titles('warning').slice(-2)).toEqual(['warning 9', '2 more']);
    expect(log).toEqual([
      'spendgate: warning: warning 10: Message of warning 10.',
      'spendgate: warning: warning 11: Message of warning 11.',
    ]);
  });

  test('are counted over several reports of one step', () => {
    const { annotations, add, sent } = step();
    for (let report = 0; report < 4; report += 1) add('notice', 6);
    annotations.finish();
    expect(sent).toHaveLength(10);
    expect(sent.at(-1)?.text).toBe('15 further notices: they stand in the job summary and in the log.');
  });

  test('of one level take none from another', () => {
    const { annotations, add, titles } = step();
    for (const level of ['error', 'warning', 'notice'] as const) add(level, 10);
    annotations.finish();
    for (const level of ['error', 'warning', 'notice'] as const) expect(titles(level)).toHaveLength(10);
  });

  test('always have room for what ended the step', () => {
    const { annotations, add, titles } = step();
    add('error', 30);
    annotations.add(finding('error', 'internal', 'Internal error', 'It broke.'), true);
    expect(titles('error')).toContain('Internal error');
    annotations.finish();
    expect(titles('error')).toHaveLength(10);
    expect(titles('error').at(-1)).toBe('22 more');
  });

  test('are given once, however often a step ends', () => {
    const { annotations, add, sent } = step();
    add('error', 9);
    annotations.finish();
    annotations.finish();
    expect(sent).toHaveLength(9);
  });
});

describe('a message', () => {
  const shown = (message: string, advice?: string) => {
    const { annotations, sent, log } = step();
    annotations.add(finding('error', 'long', 'Long', message, advice === undefined ? {} : { advice }), false);
    return { text: sent[0]?.text ?? '', log };
  };

  test('that is too long is cut behind a word, and the log holds all of it', () => {
    const { text, log } = shown('word '.repeat(2000), 'Do this.');
    expect(text.length).toBeLessThanOrEqual(MAX_MESSAGE);
    expect(text).toMatch(/word … \[cut: the log holds the whole message\] Do this\.$/);
    expect(log[0]).toContain('word '.repeat(1999));
  });

  test('is cut between characters, whatever they are', () => {
    for (const text of [`${'🧪'.repeat(3000)}`, `a${'🧪'.repeat(3000)}`]) {
      expect(shown(text).text.isWellFormed()).toBe(true);
      expect(shown(text).text.length).toBeLessThanOrEqual(MAX_MESSAGE);
    }
  });

  test('keeps its lines, and shows what hides in them', () => {
    expect(shown('one\r\ntwo\u001b[31m\u202e').text).toBe('one\ntwo\ufffd[31m\ufffd');
  });

  test('of usual length is left as it is', () => {
    expect(shown('Short.', 'Do this.')).toEqual({ text: 'Short. Do this.', log: [] });
  });
});
