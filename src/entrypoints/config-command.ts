/** `spendgate config`: what holds for each task and who said it, and what a change of the policy file would change. */
import { AGENT_IDS } from '../agents/shared/ids.js';
import { compareTasks, comparisonJson, renderComparison } from '../config/comparison.js';
import type { RawInputs } from '../config/config.js';
import { maskInputs } from '../config/config.js';
import { readGateway } from '../config/gateway-config.js';
import type { InputName } from '../config/inputs.js';
import { readOverridesConfig } from '../config/overrides-config.js';
import { resolveRows, SHOWN_NAMES } from '../config/resolved.js';
import { type ResolvedTask, renderTasks, tasksJson } from '../config/resolved-text.js';
import { type Environment, readRunContext } from '../config/run-context.js';
import { Settings } from '../config/settings.js';
import { checkNames } from '../config/wrap-config.js';
import { type Fault, InputFaults, renderFault } from '../core/errors.js';
import { DIALECT_IDS } from '../dialects/shared/ids.js';
import { gateways } from '../gateways/index.js';
import { readPolicyFiles } from './extended-policy.js';

export interface ConfigRequest {
  readonly command: 'config';
  readonly inputs: RawInputs;
  /** Inputs that came as variables of the environment. */
  readonly fromVariables: ReadonlySet<InputName>;
  /** Another version of the policy file; `undefined` to show the one there is. */
  readonly compare: string | undefined;
  readonly format: 'table' | 'json';
  /** What is wrong with its flags. */
  readonly faults: readonly Fault[];
}

export interface ConfigHost {
  readonly environment: Environment;
  /** Called for every secret, so that whoever prints can mask it. */
  readonly onSecret: (secret: string) => void;
}

/** One version of the policy file, and everything it says of the tasks asked for. */
interface Version {
  readonly tasks: readonly string[];
  /** @param takesAny where a task that this version does not know is no mistake */
  readonly resolve: (task: string, takesAny?: boolean) => ResolvedTask;
  readonly faults: readonly Fault[];
}

/** @throws {InputFaults} that lists everything that is wrong with the file, or with both. */
export async function showConfig(
  request: ConfigRequest,
  { environment, onSecret }: ConfigHost,
): Promise<string> {
  const { inputs, compare, format } = request;
  maskInputs(inputs, onSecret);
  const host = { environment, onSecret };
  const now = await openVersion(request, host, compare !== undefined);
  if (compare === undefined) {
    const resolved = tasksOf(now, inputs).map((task) => now.resolve(task));
    throwFaults(request.faults, now.faults);
    return format === 'json' ? tasksJson(resolved) : renderTasks(resolved);
  }
  const next = await openVersion({ ...request, inputs: { ...inputs, config: compare } }, host);
  const changes = [...new Set([now, next].flatMap((version) => tasksOf(version, inputs)))].map((task) => {
    const [isOld, isNew] = [now, next].map(({ tasks }) => tasks.includes(task));
    const kind = isOld === isNew ? 'both' : isNew ? 'added' : 'removed';
    return compareTasks(now.resolve(task, isNew), next.resolve(task, isOld), kind);
  });
  throwFaults(request.faults, next.faults);
  // What is wrong with the version that holds now is no fault of the change: it may be what the change mends.
  const notes = unique(now.faults).map(renderFault);
  return format === 'json' ? comparisonJson(changes, notes) : renderComparison(changes, notes);
}

function tasksOf({ tasks }: Version, { task }: RawInputs): readonly string[] {
  if (task !== undefined) return [task];
  return tasks.length > 0 ? tasks : ['default'];
}

/** @param mayBeEmpty before the change that brings the file there is none, or what `git show` leaves in its place */
async function openVersion(
  { inputs, fromVariables }: Pick<ConfigRequest, 'inputs' | 'fromVariables'>,
  { environment, onSecret }: ConfigHost,
  mayBeEmpty = false,
): Promise<Version> {
  const now = new Date();
  const { event, actor } = readRunContext(environment);
  const sources = { environment, now, event, actor, ...(await readPolicyFiles(inputs, environment, now)) };
  const faults: Fault[] = [];
  const read = (task: string, takesAnyTask = false): Settings =>
    new Settings({ ...inputs, task }, { ...sources, takesAnyTask, mayBeEmpty });
  const resolve = (task: string, takesAny?: boolean): ResolvedTask => {
    const settings = read(task, takesAny);
    const gateway = readGateway(settings, { gateways, environment, onSecret, mode: undefined });
    // Everything is parsed, so that what is wrong with a flag is told here too.
    for (const name of SHOWN_NAMES) settings.value(name);
    checkNames(settings, { agents: AGENT_IDS, dialects: DIALECT_IDS });
    faults.push(...settings.faults);
    const rows = resolveRows({ settings, gateway, fromVariables });
    return { task, rows, expired: readOverridesConfig(settings).expired };
  };
  return { tasks: read('default').policy?.tasks ?? [], resolve, faults };
}

function throwFaults(ofFlags: readonly Fault[], ofFile: readonly Fault[]): void {
  const faults = [...ofFlags, ...ofFile];
  if (faults.length > 0) throw new InputFaults(unique(faults));
}

/** What is wrong with a file is the same for each of its tasks. */
function unique(faults: readonly Fault[]): Fault[] {
  return [...new Map(faults.map((fault) => [JSON.stringify(fault), fault])).values()];
}
