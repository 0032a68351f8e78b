/** The policy file of this repository as it stands on disk, and whether it is what it was when the run started. */
import { createHash } from 'node:crypto';
import { readMeterHandle } from '../core/meter-handle.js';
import { readBoundedText } from '../files/bounded-file.js';
import type { FileRead } from '../ports/platform.js';
import type { FileMark } from './event-file.js';
import type { InputName } from './inputs.js';
import { type ParsedPolicy, parsePolicy } from './policy-file.js';
import type { Environment } from './run-context.js';

export const DEFAULT_POLICY_FILE = '.github/spendgate.yml';
/** Far more than anybody writes by hand. */
const BOUNDS = { maxBytes: 1024 * 1024, followsLinks: true };

export type RawInputs = Partial<Record<InputName, string>>;

export interface OwnPolicy {
  readonly file: string;
  /** Checksum of the file as it stands now, and the variable that carries it from `wrap` to later steps. */
  readonly mark: FileMark;
  /** True when it is not what it was when `wrap` started; then nobody reads it. */
  readonly isChanged: boolean;
  /** `undefined` when there is none. */
  readonly content: FileRead | undefined;
  /** What the text says; `undefined` where there is none, or none that anybody reads. */
  readonly parsed: ParsedPolicy | undefined;
}

/** What a meter in the background was started with, as the workflow hands it on. */
interface Handed {
  readonly variable?: string | undefined;
  readonly checksum?: string | undefined;
  /** When the job decided over its overrides. */
  readonly decidedAt?: string | undefined;
  /** The gate it stood before. */
  readonly gate?: string | undefined;
  /** Of the event file. */
  readonly event?: string | undefined;
}

/** An input as it was given; `undefined` when it is absent or blank. */
export function givenInput(inputs: RawInputs, name: InputName): string | undefined {
  const value = inputs[name]?.trim();
  return value === undefined || value === '' ? undefined : value;
}

/** @param now for how far away an end is */
export function readOwnPolicy(inputs: RawInputs, environment: Environment, now: Date): OwnPolicy {
  const file = givenInput(inputs, 'config') ?? DEFAULT_POLICY_FILE;
  const content = readBoundedText(file, BOUNDS);
  const checksum =
    content === undefined ? 'none' : content.text === undefined ? 'unreadable' : sum(content.text);
  const mark = { variable: `SPENDGATE_POLICY_${sum(file).slice(0, 16).toUpperCase()}`, checksum };
  const before = checksumBefore(mark.variable, handedOn(inputs), environment);
  // The agent can write to the workspace: what judges it must be what stood there before it started.
  const isChanged = before !== undefined && before !== checksum;
  const text = isChanged ? undefined : content?.text;
  return {
    file,
    mark,
    content,
    isChanged,
    parsed: text === undefined ? undefined : parsePolicy(text, file, { now }),
  };
}

export function handedOn(inputs: RawInputs): Handed {
  const handle = readMeterHandle(givenInput(inputs, 'meter-control') ?? '');
  const [variable, checksum, decidedAt, event, gate] = handle?.policy.split(' ') ?? [];
  return { variable, checksum, decidedAt, event, gate };
}

/** What the workflow hands on outranks the variable, which steps beside a meter in the background could have replaced. */
function checksumBefore(variable: string, handed: Handed, environment: Environment): string | undefined {
  return handed.variable === variable ? handed.checksum : environment[variable];
}

function sum(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
