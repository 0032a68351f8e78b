import { describe, expect, test } from '@jest/globals';
import { AppError } from '../../src/core/errors.js';
import { publish } from '../../src/modes/publish.js';
import type { Reported, Reporter } from '../../src/ports/reporter.js';
import { reporters } from '../../src/reporters/index.js';
import { InMemoryGitHub, reporterContextOf, reportOf } from '../support/fakes.js';

const reporter = (id: string, report: () => Promise<Reported | undefined>): Reporter => ({
  id,
  report,
});
const silent = (id: string) => reporter(id, async () => undefined);
const failing = (id: string, error: unknown) => reporter(id, () => Promise.reject(error));

describe('publish', () => {
  test('shows the report everywhere, and gives back what the reporters left', async () => {
    const url = 'https://github.test/o/r/pull/7#issuecomment-1';
    const commenting = reporter('pr-comment', async () => ({ commentUrl: url }));
    expect(await publish(reportOf(), [silent('a'), commenting, silent('b')], reporterContextOf())).toEqual({
      commentUrl: url,
    });
  });

  test('hands every reporter the same report and context', async () => {
    const report = reportOf();
    const context = reporterContextOf();
    const seen: unknown[] = [];
    const spy: Reporter = {
      id: 'spy',
      report: async (...args) => {
        seen.push(args);
        return undefined;
      },
    };
    await publish(report, [spy, spy], context);
    expect(seen).toEqual([
      [report, context],
      [report, context],
    ]);
  });

  test('does not let one reporter wait for another', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const waiting = reporter('waiting', () => promise);
    const freeing = reporter('freeing', async () => {
      resolve(undefined);
      return undefined;
    });
    await expect(publish(reportOf(), [waiting, freeing], reporterContextOf())).resolves.toEqual({});
  });

  test('a reporter that fails is a notice, and the others still report', async () => {
    const context = reporterContextOf();
    const after = reporter('after', async () => ({ commentUrl: 'here' }));
    const done = await publish(reportOf(), [failing('job-summary', new Error('disk full')), after], context);
    expect(done).toEqual({ commentUrl: 'here' });
    expect(context.runner.annotations).toEqual([
      expect.objectContaining({
        level: 'notice',
        title: 'job-summary could not report',
        message: expect.stringMatching(/^disk full\. The verdict is not affected/),
        advice: undefined,
      }),
    ]);
  });

  test.each([
    ['too many requests', new Error('Too many requests'), undefined],
    ['what may be a permission', new AppError('github-failed', '404', { hint: 'Add `x`.' }), 'Add `x`.'],
  ])('a comment that failed for %s comes with what helps, and no more', async (_why, error, advice) => {
    const github = new InMemoryGitHub();
    github.error = error;
    const context = reporterContextOf({ github, pullRequest: 7, comment: 'always' });
    await publish(reportOf(), [...reporters], context);
    expect(context.runner.annotations).toEqual([
      expect.objectContaining({ title: 'pr-comment could not report', advice }),
    ]);
  });

  test('a permission that GitHub’s client has told is not told again', async () => {
    const context = reporterContextOf();
    const missing = new AppError('permission-missing', 'The token has no `checks: write`.');
    await publish(reportOf(), [failing('check-run', missing)], context);
    expect(context.runner.annotations).toEqual([]);
  });

  test('a reporter that throws before it waits, or throws no error at all, is caught as well', async () => {
    const context = reporterContextOf();
    const atOnce: Reporter = {
      id: 'at-once',
      report: () => {
        throw new TypeError('at once');
      },
    };
    await expect(publish(reportOf(), [atOnce, failing('odd', 'a string')], context)).resolves.toEqual({});
    expect(context.runner.titles('notice')).toEqual(['at-once could not report', 'odd could not report']);
  });

  test('without reporters nothing happens', async () => {
    expect(await publish(reportOf(), [], reporterContextOf())).toEqual({});
  });
});
