/**
 * The catalogue of everything that can go wrong on purpose: one code, one kind, one exit code, one hint.
 * Anything that is not an `AppError` is a bug, and only bugs print a stack.
 */
import { ZodError } from 'zod';

/** Who is at fault: the caller's input, a spent budget, the gateway, a store, or ourselves. */
export type ErrorKind = 'usage' | 'budget' | 'upstream' | 'state' | 'internal';

/** Exit codes of the CLI; the action fails the step on any of them but 0. */
export const EXIT_CODES: Readonly<Record<ErrorKind, number>> = {
  internal: 1,
  usage: 2,
  budget: 3,
  upstream: 4,
  state: 5,
};

const CATALOGUE = {
  'bad-input': { kind: 'usage', hint: 'Correct the inputs named above; each line shows a right example.' },
  'bad-quantity': {
    kind: 'usage',
    hint: 'Write a number and a unit, such as `10000`, `200k tokens`, `5 USD`.',
  },
  'bad-range': { kind: 'usage', hint: 'Write a range such as `5000..50000`, `..10k` or `1k..`.' },
  'bad-duration': { kind: 'usage', hint: 'Write a duration such as `90s`, `20m`, `2h`, `7d`.' },
  'bad-value': { kind: 'usage', hint: 'See the example beside the input in the README.' },
  'units-not-comparable': {
    kind: 'usage',
    hint: 'Give `min-remaining` in the unit the gateway reports, or say in the policy file what one unit is worth: `rates: { CNY: 0.14 USD }`.',
  },
  'no-record': {
    kind: 'usage',
    hint: 'Where an earlier step of this job failed, `wrap` did not run: look at that one. Else run `mode: wrap` earlier in the same job, or give `input-tokens`, `output-tokens` or `usage`.',
  },
  'bad-record': {
    kind: 'usage',
    hint: 'Give the JSON that `wrap` puts into its output `usage`, or a path to it.',
  },
  'record-changed': {
    kind: 'state',
    hint: 'Something in this job wrote to the record after `wrap` had ended. Trust the outputs of the `wrap` step.',
  },
  'contract-refuted': {
    kind: 'upstream',
    hint: 'The contract report says what the gateway does instead, and what to set on `wrap`.',
  },
  denied: { kind: 'budget', hint: 'The summary says which figure, which limit, and what to do next.' },
  'upstream-failed': {
    kind: 'upstream',
    hint: 'Look at the gateway, and whether `gateway` names the right one.',
  },
  'not-readable': {
    kind: 'upstream',
    hint: 'Give `gateway.budgets` in the policy file: then the budget is what stands there, minus what spendgate metered.',
  },
  'wire-format': { kind: 'upstream', hint: 'The gateway answered in a shape this version does not know.' },
  'store-failed': { kind: 'state', hint: 'Nothing was lost from this run; see what the store answered.' },
  'permission-missing': {
    kind: 'state',
    hint: 'Add the permission to the job, beside what stands there.',
  },
  'github-failed': {
    kind: 'state',
    hint: 'Look at https://www.githubstatus.com, and whether the token may see this.',
  },
  'agent-not-started': {
    kind: 'usage',
    hint: 'Check that the command exists on this machine: `run: claude -p "…"`.',
  },
  'guard-not-armed': {
    kind: 'internal',
    hint: 'The agent was not started. Please report this with the version and the runner it happened on.',
  },
  'meter-not-started': {
    kind: 'internal',
    hint: 'No later step was pointed at it. Please report this with the version and the runner it happened on.',
  },
  internal: { kind: 'internal', hint: 'This is a bug in spendgate. Please report it with the stack.' },
} as const satisfies Record<string, { kind: ErrorKind; hint: string }>;

export type ErrorCode = keyof typeof CATALOGUE;

/** An error somebody can act on. `message` says what was wrong, `hint` what to write or do instead. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly hint: string;
  /** True when a report has told it already, so that the entrypoint need not say it again. */
  readonly isReported: boolean;

  constructor(
    code: ErrorCode,
    message: string,
    options: { hint?: string; cause?: unknown; isReported?: boolean } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.kind = CATALOGUE[code].kind;
    this.hint = options.hint ?? CATALOGUE[code].hint;
    this.isReported = options.isReported ?? false;
  }

  get exitCode(): number {
    return EXIT_CODES[this.kind];
  }
}

/** One thing wrong with one input. `where` is an input name or `file:line`; `example` is a right value. */
export interface Fault {
  readonly where: string;
  readonly message: string;
  readonly example: string;
}

export function renderFault({ where, message, example }: Fault): string {
  return `${where}: ${message} Example: ${example}`;
}

/** Inputs first, then each file from its top to its end. */
function inOrder(faults: readonly Fault[]): Fault[] {
  const places = faults.map((fault) => {
    const [, file, line] = /^(.*):(\d+)$/.exec(fault.where) ?? [];
    return { fault, file, line: Number(line ?? 0) };
  });
  const files = [undefined, ...new Set(places.flatMap(({ file }) => (file === undefined ? [] : [file])))];
  return places
    .sort((one, other) => files.indexOf(one.file) - files.indexOf(other.file) || one.line - other.line)
    .map(({ fault }) => fault);
}

/** All faults of one run at once, so that nobody mends a workflow one push at a time. */
export class InputFaults extends AppError {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    const sorted = inOrder(faults);
    const lines = sorted.map(renderFault);
    const heading = faults.length === 1 ? 'One input is wrong.' : `${faults.length} inputs are wrong.`;
    super('bad-input', [heading, ...lines].join('\n'));
    this.faults = sorted;
  }
}

/** A payload that must carry something carries it in an unknown shape. `from` is a dialect or gateway id. */
export class WireFormatError extends AppError {
  constructor(from: string, cause: unknown) {
    super('wire-format', `${from}: unexpected shape (${describeError(cause)})`, { cause });
  }
}

/** The message of whatever was thrown, on one line, without a stack. */
export function describeError(error: unknown): string {
  if (error instanceof AggregateError && error.message === '')
    return error.errors.map(describeError).join('; ');
  if (error instanceof ZodError)
    return error.issues.map(({ path, message }) => `${path.join('.') || 'the value'}: ${message}`).join('; ');
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.replace(/\s+/g, ' ').trim();
}
