/** Processes that belong to a run, found without any mark of ours: by its folder in their environment, folder or command. */
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface LeftProcess {
  readonly pid: number;
  readonly command: string;
}

export function processesOf(root: string): readonly LeftProcess[] {
  if (!existsSync('/proc')) return [];
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return ids.flatMap((id) => {
    const command = look(() => readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ').trim());
    const traces = [
      command,
      look(() => readFileSync(`/proc/${id}/environ`, 'latin1')),
      look(() => readlinkSync(`/proc/${id}/cwd`)),
    ];
    // A zombie has no command line any more: it runs nothing.
    return command !== '' && traces.some((trace) => trace.includes(root))
      ? [{ pid: Number(id), command }]
      : [];
  });
}

export function endProcesses(processes: readonly LeftProcess[]): void {
  for (const { pid } of processes) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }
}

function look(read: () => string): string {
  try {
    return read();
  } catch {
    // It has ended meanwhile, or belongs to somebody else.
    return '';
  }
}
