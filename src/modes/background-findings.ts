/** How a meter in the background came to its end, as far as a person should know. */
import type { Config } from '../config/config.js';
import { type Finding, finding } from '../core/findings.js';
import type { EndCause, Testament } from '../core/testament.js';
import type { MeterEnd } from '../ports/background.js';

interface Cause {
  readonly why: string;
  readonly advice: string;
}

const ENDED_ITSELF: Readonly<Record<Exclude<EndCause, 'request'>, Cause>> = {
  signal: {
    why: 'it was sent a signal',
    advice: 'Look at what sent it: a step that ends processes, or a runner that was shut down.',
  },
  idle: {
    why: 'nobody had called it for hours',
    advice: 'Start the meter in the step right before the agent’s.',
  },
  lifetime: {
    why: 'it had run for days',
    advice: 'Start a meter for every job, and end it with `mode: post` in the same job.',
  },
  'job-gone': {
    why: 'its job seemed to be over',
    advice: 'Run `mode: post` in the job that started the meter, and leave the folder of that job alone.',
  },
};
const NOBODY_LISTENED =
  'Its record is whole up to then; calls after that were refused by nobody and counted by nobody, since nothing listened.';

/** Of a meter that had ended in good order before `post` asked it to. */
export function leftFinding({ endedBy, endedAt, askedBy }: Testament): Finding {
  if (endedBy === 'request' && askedBy === 'output') {
    const message = `A step that was given \`meter-control\`, as an earlier \`post\` of this job is, ended it at ${endedAt}. ${NOBODY_LISTENED}`;
    return finding('notice', 'meter-gone', 'An earlier step had ended the meter', message, {
      advice: 'Run `mode: post` once for a meter, after the last step that calls it.',
    });
  }
  const { why, advice } = endedBy === 'request' ? ASKED_BY_VARIABLE : ENDED_ITSELF[endedBy];
  const message = `It ended at ${endedAt}: ${why}. ${NOBODY_LISTENED}`;
  return finding('warning', 'meter-gone', 'The meter had ended before `post` came', message, { advice });
}

/** A `post` without `meter-control` finds the meter by the variable too, so this alone tells of nothing bad. */
const ASKED_BY_VARIABLE: Cause = {
  why: 'it was asked to by way of a variable of this job, which an earlier `post` without `meter-control` goes by, and which every other step can read',
  advice:
    'Give every `post` its `meter-control`. Where no other `post` ran, look at what the steps in between did.',
};

/** Of a meter that left nothing which can be believed. */
export function goneFinding(end: MeterEnd): Finding {
  if (end.kind === 'forged')
    return finding(
      'error',
      'meter-forged',
      'Somebody stands in for the meter',
      `The meter is gone: ${end.evidence}. What was said in its place is not counted; its ledger is.`,
      {
        advice: 'The ledger is a file that the agent could write to: compare with the gateway’s own count.',
      },
    );
  const why = end.kind === 'gone' ? end.evidence : 'what it left cannot be read';
  return finding(
    'warning',
    'meter-gone',
    'The meter was gone before `post` came',
    `Its process was ended from outside (${why}). Its ledger counts, a file that the agent could write to.`,
    {
      advice: 'Compare with the gateway’s own count, and look at what ended it.',
    },
  );
}

/** A variable of the job can be replaced by any step in between; an output cannot. */
export function unproven({ post, context }: Config): Finding[] {
  if (post.meter !== undefined || !context.isActions) return [];
  const message =
    'The way to the meter came by a variable of the job, which the steps in between could have replaced together with the record.';
  return [
    finding('notice', 'meter-unproven', 'The record is taken on trust', message, {
      advice: 'Give `meter-control: ${{ steps.<id>.outputs.meter-control }}`.',
    }),
  ];
}

/** Whoever starts a meter takes the place of an earlier record; a record beside one is what nobody of us leaves. */
export function meterSetAside(): Finding {
  const message =
    'A variable of the job names a meter in the background, and `wrap` left a record of its own with a checksum: the record counts.';
  return finding('warning', 'meter-set-aside', 'A meter in the background is not believed', message, {
    advice:
      'Give each `wrap` a `task` of its own, or `meter-control: ${{ steps.<id>.outputs.meter-control }}`.',
  });
}
