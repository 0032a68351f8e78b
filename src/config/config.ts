/**
 * Everything this run was told, from inputs, policy file and environment, as one frozen value.
 * Order: override, input, task, file defaults, then task and defaults of the file it extends, built-in default.
 * All faults are collected and thrown at once.
 */
import { type Fault, InputFaults } from '../core/errors.js';
import type { PrePolicy } from '../core/verdict.js';
import { type AlertConfig, readAlerts } from './alerts-config.js';
import { type AttributionConfig, readAttribution } from './attribution-config.js';
import { type CheckConfig, readCheck } from './check-config.js';
import { type DenialConfig, readDenial } from './denial-config.js';
import type { FileMark } from './event-file.js';
import type { ExtendedFile } from './extended-file.js';
import { type GateConfig, readGate } from './gate-config.js';
import {
  checkBudgetSource,
  checkUpstream,
  type GatewayConfig,
  type GatewaySources,
  readGateway,
} from './gateway-config.js';
import { INPUT_NAMES, type InputName, inputSpec, MODES, type Mode } from './inputs.js';
import { nearest } from './nearest.js';
import { configNotes, configRemarks } from './notes.js';
import { type OverridesConfig, readOverridesConfig } from './overrides-config.js';
import { handedOn, type OwnPolicy, type RawInputs } from './own-policy.js';
import { type PostConfig, readPost } from './post-config.js';
import { type Environment, type RunContext, readRunContext } from './run-context.js';
import { Settings } from './settings.js';
import { checkVerify, readVerify, type VerifyConfig } from './verify-config.js';
import { checkCommand, readWrap, type WrapConfig } from './wrap-config.js';

export type { GateConfig } from './gate-config.js';
export type { RawInputs } from './own-policy.js';

/** What can be chosen, so that configuration knows the lists without knowing their members. */
export interface Catalogue {
  readonly gateways: GatewaySources['gateways'];
  readonly agents: readonly string[];
  readonly dialects: readonly string[];
}

export interface Config {
  readonly mode: Mode;
  readonly task: string;
  readonly observe: boolean;
  readonly context: RunContext;
  readonly gateway: GatewayConfig;
  readonly attribution: AttributionConfig;
  readonly githubToken: string | undefined;
  readonly killSwitch: string | undefined;
  readonly pre: PrePolicy;
  readonly wrap: WrapConfig;
  readonly post: PostConfig;
  readonly gate: GateConfig;
  readonly check: CheckConfig;
  readonly denial: DenialConfig;
  /** What `comment` reads; `undefined` where it was not told. */
  readonly report: string | undefined;
  readonly verify: VerifyConfig;
  readonly alerts: AlertConfig;
  /** Proof of the policy file as it stands now, for later steps of the job. */
  readonly policy: FileMark;
  /** Which team pays; `undefined` when nobody says. */
  readonly team: string | undefined;
  readonly overrides: OverridesConfig;
  /** What a person should know about how this was configured. */
  readonly notes: readonly string[];
  /** What is wrong and does not keep `post` from judging: it fails when that is done. Empty in every other mode. */
  readonly lateFaults: readonly Fault[];
  /** The same for the log alone. */
  readonly remarks: readonly string[];
}

export interface ConfigSources {
  readonly inputs: RawInputs;
  /** Names that were given and are no inputs: a misspelt limit would be no limit. */
  readonly unknownInputs?: readonly string[];
  readonly environment: Environment;
  readonly catalogue: Catalogue;
  /** Called for every secret, before it is used for anything. */
  readonly onSecret: (value: string) => void;
  /** The policy file, read beforehand; left out where it is to be read now. */
  readonly own?: OwnPolicy | undefined;
  /** The file that it extends, read beforehand; left out when it extends none. */
  readonly extended?: ExtendedFile | undefined;
  /** Left out for the time it is. */
  readonly now?: Date;
  /** What is wrong with the words of a command line, to be told with the rest. */
  readonly faults?: readonly Fault[] | undefined;
  /** True when the agent's command comes from elsewhere, so that `run` may be empty. */
  readonly hasCommand?: boolean;
}

/** @throws {InputFaults} that lists every fault of this run. */
export function readConfig(sources: ConfigSources): Config {
  const { inputs, environment, catalogue, onSecret } = sources;
  maskInputs(inputs, onSecret);
  const context = readRunContext(environment, handedOn(inputs).event);
  const { now = new Date(), own, extended } = sources;
  // Whoever starts a run again has not decided what it may use.
  const actor = environment['GITHUB_ACTOR'] ?? context.actor;
  const settings = new Settings(inputs, { environment, now, event: context.event, actor, own, extended });
  settings.faults.push(...(sources.faults ?? []));
  const mode = readMode(settings);
  const alerts = readAlerts(settings, onSecret);
  const outer = outerFaults(sources, context, mode);
  const config: Config = {
    mode,
    task: settings.task,
    observe: settings.value('observe') ?? false,
    context,
    gateway: readGateway(settings, {
      gateways: catalogue.gateways,
      environment,
      onSecret,
      mode,
    }),
    attribution: readAttribution(settings, context),
    githubToken: settings.value('github-token'),
    killSwitch: settings.value('kill-switch'),
    pre: readPre(settings, alerts),
    wrap: readWrap(settings, catalogue, context),
    post: readPost(settings, context),
    gate: readGate(settings, context, mode),
    check: readCheck(settings, context, environment),
    denial: readDenial(settings.task, context, environment),
    report: settings.value('report'),
    verify: readVerify(settings),
    policy: settings.own.mark,
    team: settings.value('team'),
    overrides: readOverridesConfig(settings),
    alerts,
    notes: configNotes(settings, mode),
    lateFaults: [],
    remarks: configRemarks(settings, mode),
  };
  if (mode !== 'post') settings.faults.push(...outer);
  if (mode === 'wrap') checkCommand(settings, config.wrap, sources.hasCommand ?? false);
  if (mode === 'wrap' && config.wrap.upstream === undefined && settings.faults.length === 0)
    checkUpstream(settings, config.gateway, catalogue.gateways);
  if (mode === 'pre' && !settings.hasBrokenPolicy)
    checkBudgetSource(settings, config.gateway, catalogue.gateways);
  if (mode === 'verify') checkVerify(settings, config.gateway, config.verify);
  if (mode === 'comment' && config.report === undefined)
    settings.fault('report', 'No report is named.', inputSpec('report').example);
  const isLate = ({ where }: Fault) => mode === 'post' && TELLS.test(where);
  const lateFaults = [...(mode === 'post' ? outer : []), ...settings.faults.filter(isLate)];
  const faults = settings.faults.filter((fault) => !isLate(fault));
  if (faults.length > 0) throw new InputFaults([...faults, ...lateFaults]);
  return Object.freeze({ ...config, lateFaults });
}

/** Inputs that say who is told of a run, and how: none of them keeps a run from being judged. */
const TELLS = /^(?:alert-|comment(?:-mode)?$|check(?:-name)?$)/;

/**
 * What any step of a job could have brought about from outside: a variable that looks like an input, another event file.
 * It must not be the way to end `post` before it has judged what that step did.
 */
function outerFaults({ unknownInputs = [] }: ConfigSources, { eventFile }: RunContext, mode: Mode): Fault[] {
  const { trouble } = eventFile;
  const unknown = unknownInputs.map((name) => {
    const suggestion = nearest(name, INPUT_NAMES);
    const message = `This is not an input; the nearest one is \`${suggestion}\`.`;
    const example = `${suggestion}: ${inputSpec(suggestion as InputName).example}`;
    return { where: name, message, example };
  });
  const example = 'the file as the runner wrote it';
  // A changed one is part of what `post` judges.
  return trouble === undefined || (trouble.kind === 'changed' && mode === 'post')
    ? unknown
    : [...unknown, { where: 'GITHUB_EVENT_PATH', message: trouble.message, example }];
}

/** Registers every secret among the inputs, before any of them is used. */
export function maskInputs(inputs: RawInputs, onSecret: (value: string) => void): void {
  for (const name of INPUT_NAMES) {
    const value = inputs[name];
    // The value is used without the blanks around it, so that form is masked too.
    if (inputSpec(name).secret && value?.trim())
      for (const form of new Set([value, value.trim()])) onSecret(form);
  }
}

function readMode(settings: Settings): Mode {
  const given = settings.input('mode');
  const mode = MODES.find((candidate) => candidate === given);
  if (mode) return mode;
  const said =
    given === undefined
      ? 'No mode is given'
      : `${JSON.stringify(given)} is not a mode; the nearest one is \`${nearest(given, MODES)}\``;
  settings.fault('mode', `${said}. Modes are ${MODES.join(', ')}.`, 'pre');
  return 'pre';
}

function readPre(settings: Settings, alerts: AlertConfig): PrePolicy {
  return {
    minRemaining: settings.value('min-remaining'),
    onUnreadable: settings.value('on-unreadable') ?? 'block',
    onGateUnknown: settings.value('on-gate-unknown') ?? 'warn',
    alertAt: alerts.at,
    rerunsPerCommit: settings.value('reruns-per-commit'),
    observe: settings.value('observe') ?? false,
  };
}
