/**
 * A smoke test of the user's own gateway on a deliberately small budget. It says what it will spend before it spends it,
 * runs its probes in order, and leaves a log record, a contract report and a `contract` block.
 */
import { AppError, InputFaults } from '../core/errors.js';
import type { Gateway } from '../ports/gateway.js';
import { outcomeOf } from '../verify/conclusions.js';
import { type Plan, totalOf } from '../verify/plan.js';
import { Verification, type VerifyDeps } from './verification.js';
import { headlineOf, reportVerification } from './verify-report.js';

export type { VerifyDeps } from './verification.js';

/** @throws {AppError} `contract-refuted` when something that people rely on is not so. */
export async function runVerify(deps: VerifyDeps): Promise<void> {
  const run = new Verification(deps, gatewayOf(deps));
  const plan = await run.plan();
  const maxNanoUsd = await consent(deps, plan, run.priceNote);
  // A folder that cannot be written is told before the money is spent.
  deps.writeFiles(deps.config.verify.dir, {});
  const found = await run.probe(plan, maxNanoUsd);
  await reportVerification(deps, found);
  if (outcomeOf(found) !== 'fail' || deps.config.observe) return;
  const code = found.happy.answer.failure === undefined ? 'contract-refuted' : 'upstream-failed';
  throw new AppError(code, headlineOf(found), { isReported: true });
}

function gatewayOf({ config, gateways }: VerifyDeps): Gateway {
  const gateway = gateways.find(({ id }) => id === config.gateway.id);
  if (gateway === undefined) throw new TypeError('configuration lets no unknown gateway pass');
  return gateway;
}

/** A maximum is told rounded up, to a hundredth of a cent. */
function atMost(nanoUsd: number): string {
  return `$${(Math.ceil(nanoUsd / 100_000) / 10_000).toFixed(4)}`;
}

/** What may be spent in all: given, or agreed to by a person who was told. @throws {AppError} when nobody agreed. */
async function consent({ config, runner, ask }: VerifyDeps, plan: Plan, note: string): Promise<number> {
  const given = config.verify.maxCostNanoUsd;
  const total = totalOf(plan);
  runner.info(
    [
      `Probes against ${config.gateway.id}, model ${config.verify.model}${note}:`,
      ...plan.probes.map(({ probe, maxNanoUsd }) => `  ${probe}: at most ${atMost(maxNanoUsd)}`),
      `  together: at most ${atMost(given === undefined ? total : Math.min(total, given))}`,
      ...plan.skipped.map((why) => `  not tried: ${why}`),
    ].join('\n'),
  );
  if (given !== undefined) return given;
  if (ask === undefined)
    throw new InputFaults([
      {
        where: 'verify-max-cost',
        message: 'The probes spend money, so somebody must say how much they may.',
        example: '0.50 USD',
      },
    ]);
  if (await ask(`Spend up to ${atMost(total)} on this key? [y/N] `)) return total;
  throw new AppError('denied', 'Nothing was spent: nobody agreed to the maximum.', {
    hint: 'Answer y, or give `verify-max-cost`.',
  });
}
