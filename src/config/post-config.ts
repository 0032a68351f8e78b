/** What a run is expected to use, and where it is seen what it did: what `post` is told. */
import type { Position } from '../core/findings.js';
import { type MeterHandle, readMeterHandle } from '../core/meter-handle.js';
import type { Range } from '../core/range.js';
import type { Metric } from '../core/record.js';
import type { CommentMode, CommentWhen } from '../ports/reporter.js';
import { inputSpec } from './inputs.js';
import { EXPECT_KEYS } from './policy-schema.js';
import type { RunContext } from './run-context.js';
import type { Settings } from './settings.js';

const DEFAULT_MAX_DRIFT_PERCENT = 5;
const DEFAULT_RECONCILE_WAIT_MS = 10_000;
/** How much of a name is quoted that came from elsewhere. */
const MAX_SHOWN = 100;

export interface Expectation {
  readonly range: Range;
  /** Where the range stands, for an annotation; `undefined` when it came from an input. */
  readonly position: Position | undefined;
}

export interface PostConfig {
  readonly expect: ReadonlyMap<Metric, Expectation>;
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
  readonly costNanoUsd: number | undefined;
  readonly usage: string | undefined;
  /** A meter in the background, as the workflow hands it on; `undefined` when it does not. */
  readonly meter: MeterHandle | undefined;
  readonly onOutOfRange: 'block' | 'fail' | 'warn';
  readonly maxDriftPercent: number;
  readonly reconcileWaitMs: number;
  readonly comment: CommentWhen;
  readonly commentMode: CommentMode;
  /** The policy file, where it was changed during the run: nothing of it is in here. */
  readonly changedPolicy: string | undefined;
}

export function readPost(settings: Settings, { eventFile }: RunContext): PostConfig {
  const isTampered = settings.changedPolicy !== undefined || eventFile.trouble?.kind === 'changed';
  return {
    expect: readExpectations(settings),
    inputTokens: settings.value('input-tokens'),
    outputTokens: settings.value('output-tokens'),
    costNanoUsd: settings.value('cost-usd'),
    usage: settings.value('usage'),
    meter: readMeter(settings),
    // Where what judges was tampered with, nobody is asked how strict it is.
    onOutOfRange: isTampered ? 'fail' : (settings.value('on-out-of-range') ?? 'block'),
    maxDriftPercent: settings.value('max-drift') ?? DEFAULT_MAX_DRIFT_PERCENT,
    reconcileWaitMs: settings.value('reconcile-wait') ?? DEFAULT_RECONCILE_WAIT_MS,
    comment: settings.value('comment') ?? 'on-finding',
    commentMode: settings.value('comment-mode') ?? 'update',
    changedPolicy: settings.changedPolicy,
  };
}

function readMeter(settings: Settings): MeterHandle | undefined {
  const text = settings.value('meter-control');
  const handle = text === undefined ? undefined : readMeterHandle(text);
  if (text !== undefined && handle === undefined) {
    const message = 'This is not the output `meter-control` of a `wrap` step with `background`.';
    settings.fault('meter-control', message, inputSpec('meter-control').example);
  }
  if (handle !== undefined && handle.task !== settings.task) {
    const [theirs, own] = [handle.task, settings.task].map((task) =>
      JSON.stringify(task.slice(0, MAX_SHOWN)),
    );
    const message = `This is the meter of the task ${theirs}, and this step is of the task ${own}: that meter is left alone.`;
    settings.fault('meter-control', message, inputSpec('meter-control').example);
  }
  return handle;
}

function readExpectations(settings: Settings): ReadonlyMap<Metric, Expectation> {
  const expect = new Map<Metric, Expectation>();
  for (const [metric, name] of Object.entries(EXPECT_KEYS) as [Metric, (typeof EXPECT_KEYS)[Metric]][]) {
    const range = settings.value(name);
    if (range) expect.set(metric, { range, position: settings.position(name) });
  }
  return expect;
}
