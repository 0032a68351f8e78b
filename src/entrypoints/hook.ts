/**
 * What the runner starts for every step of ours when the job ends, also when it was cancelled. Most steps have left
 * nothing to do, so nothing is loaded before that is known.
 */
import '../platform/no-debugger.js';

const { env, stdout } = process;
const state = env['STATE_check'];

if (state !== undefined && state !== '') {
  const { endCheck } = await import('./end-check.js');
  stdout.write(await endCheck(state, env));
}
