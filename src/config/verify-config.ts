/** How `verify` may spend a test budget, and where it puts what it found. */
import type { GatewayConfig } from './gateway-config.js';
import { type InputName, inputSpec, type ProbeName } from './inputs.js';
import type { Settings } from './settings.js';

const DEFAULT_VERIFY_WAIT_MS = 90_000;

/** What `verify` may do, and where it puts what it found. */
export interface VerifyConfig {
  readonly maxCostNanoUsd: number | undefined;
  readonly model: string | undefined;
  readonly probes: readonly ProbeName[] | undefined;
  readonly budgetNanoUsd: number | undefined;
  readonly secondKey: string | undefined;
  readonly fallbackModel: string | undefined;
  readonly requestCeiling: number | undefined;
  readonly label: string | undefined;
  readonly waitMs: number;
  readonly dir: string;
}

export function readVerify(settings: Settings): VerifyConfig {
  return {
    maxCostNanoUsd: settings.value('verify-max-cost'),
    model: settings.value('verify-model'),
    probes: settings.value('verify-probes'),
    budgetNanoUsd: settings.value('verify-budget'),
    secondKey: settings.value('verify-second-key'),
    fallbackModel: settings.value('verify-fallback-model'),
    requestCeiling: settings.value('verify-request-ceiling'),
    label: settings.value('verify-label'),
    waitMs: settings.value('verify-wait') ?? DEFAULT_VERIFY_WAIT_MS,
    dir: settings.value('verify-dir') ?? 'spendgate-verify',
  };
}

export function checkVerify(settings: Settings, gateway: GatewayConfig, verify: VerifyConfig): void {
  const { policy } = settings;
  const missing: [InputName, boolean, string][] = [
    ['gateway', gateway.id === undefined, 'which gateway'],
    ['gateway-url', gateway.id !== undefined && gateway.url === undefined, 'its base URL'],
    [
      'gateway-key',
      gateway.key === undefined && policy?.gateway?.['key-env'] === undefined,
      'a key with a small test budget',
    ],
    ['verify-model', verify.model === undefined, 'a model to call'],
  ];
  if (verify.secondKey !== undefined && verify.secondKey === gateway.key)
    settings.fault(
      'verify-second-key',
      'This is the first key again.',
      inputSpec('verify-second-key').example,
    );
  for (const [name, isMissing, what] of missing)
    if (isMissing) settings.fault(name, `\`verify\` needs to know ${what}.`, inputSpec(name).example);
}
