/** Overrides as they are written: in the policy file, and in the input of a run that somebody started by hand. */
import type { z } from 'zod';
import type { Fault } from '../core/errors.js';
import type { Position } from '../core/findings.js';
import { checkEnd, exampleEnd, parseUntil, renderUntil } from '../core/override.js';
import type { InputName } from './inputs.js';
import { dispatchExample } from './policy-examples.js';
import { dispatchSchema, LENIENT_DISPATCH, type LENIENT_POLICY } from './policy-schema.js';
import { type Path, PolicySource } from './policy-source.js';
import { readTask, type Setting } from './task-block.js';

/** One override, whichever task it is for and whether or not it still holds. */
export interface OverrideEntry {
  /** `undefined`: that of the step. */
  readonly tasks: readonly string[] | undefined;
  readonly by: string;
  readonly reason: string;
  readonly until: Date;
  /** `policy file:line`, or `workflow_dispatch`. */
  readonly origin: string;
  /** Where a fault is told. */
  readonly place: string;
  /** `undefined` for an input. */
  readonly position: Position | undefined;
  readonly settings: ReadonlyMap<InputName, Setting>;
}

type PolicyBlocks = NonNullable<z.infer<typeof LENIENT_POLICY>['overrides']>;
type Block = z.infer<typeof LENIENT_DISPATCH>;

/** What the parts of a file are read with. */
export interface Reading {
  readonly source: PolicySource;
  readonly position: (path: Path) => Position;
  readonly faults: Fault[];
  readonly now: Date;
}

/** Without an end it never holds; its task is looked at all the same. */
const NEVER = { reason: '', until: new Date(0), settings: new Map<InputName, Setting>() };

/** Whatever is missing is a fault already. */
export function readOverrides(blocks: PolicyBlocks, reading: Reading): OverrideEntry[] {
  const { source, position } = reading;
  return blocks.flatMap(({ task, by = '', ...block }, index) => {
    const path = ['overrides', index];
    const read = readBlock(block, path, reading) ?? NEVER;
    if (task === undefined) return [];
    const place = source.place(path);
    const tasks = typeof task === 'string' ? [task] : task;
    return [{ ...read, tasks, by, origin: `policy ${place}`, place, position: position(path) }];
  });
}

/** A longer text is none that somebody typed into a form. */
const LONGEST_INPUT = 4000;
const INPUT = 'override';

/** @param by whom started the run */
export function readDispatch(
  text: string,
  by: string,
  now: Date,
): { entry: OverrideEntry } | { faults: Fault[] } {
  const example = dispatchExample(now);
  if (text.length > LONGEST_INPUT) {
    const message = `An override has at most ${LONGEST_INPUT} characters.`;
    return { faults: [{ where: INPUT, message, example }] };
  }
  const source = new PolicySource(text, INPUT, now, [INPUT]);
  const syntax = source.syntaxFaults();
  if (syntax.length > 0) return { faults: syntax.map((fault) => ({ ...fault, example })) };
  const faults: Fault[] = [];
  const block = source.read({ strict: dispatchSchema, lenient: LENIENT_DISPATCH }, faults);
  const read = block && readBlock(block, [], { source, faults, now });
  if (read === undefined || faults.length > 0) return { faults };
  const rest = { tasks: undefined, by, origin: 'workflow_dispatch', place: INPUT, position: undefined };
  return { entry: { ...read, ...rest } };
}

/** Somebody has just typed it, or starts a run again whose words have had their time: neither means the normal limit. */
export function endedFault({ until }: OverrideEntry, now: Date): Fault {
  const message = `until: this override ended at ${renderUntil(until)}, before the run began, so the run would have no more than its normal limits.`;
  return { where: INPUT, message, example: dispatchExample(now) };
}

function readBlock(
  { reason = '', until, ...block }: Block,
  path: Path,
  { source, faults, now }: Omit<Reading, 'position'>,
): Pick<OverrideEntry, 'reason' | 'until' | 'settings'> | undefined {
  const settings = readTask(block, path, source, faults);
  if (faults.length === 0 && Object.keys(block).length === 0)
    faults.push({
      where: source.place(path),
      message: 'This override changes nothing.',
      example: 'limits: { cost: 10 USD }',
    });
  if (until === undefined) return undefined;
  let end: Date | undefined;
  const read = () => {
    end = parseUntil(until, now);
    checkEnd(end, now);
  };
  const fault = source.check([...path, 'until'], read, `until: ${exampleEnd(now)}`);
  if (fault) faults.push(fault);
  return end && { reason, until: end, settings };
}
