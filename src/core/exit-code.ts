/** Exit codes of programs, as a shell gives them. */

const SIGNALS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGPIPE: 13,
  SIGTERM: 15,
};

/** The code itself, or 128 and the number of the signal that ended the program. */
export function shellExitCode(code: number | undefined, signal: string | undefined): number {
  if (code !== undefined) return code;
  return 128 + (signal !== undefined && Object.hasOwn(SIGNALS, signal) ? (SIGNALS[signal] ?? 0) : 0);
}
