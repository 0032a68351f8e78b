/** Compiles to `lib/`, then bundles the entry points into `dist/`, which is committed and runs without node_modules. */
import { execFileSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { addPrices, asciiOnly, shadowParsers, shadowUndici, withoutHttp2 } from './lean-meter.mjs';

const require = createRequire(import.meta.url);
const bin = (name, file) => [
  process.execPath,
  [require.resolve(`${name}/package.json`).replace('package.json', file)],
];
const run = ([command, args], ...more) => execFileSync(command, [...args, ...more], { stdio: 'inherit' });

/**
 * `@actions/core` imports its OIDC client, and with it a whole HTTP client, although nothing here asks for an ID token. Its
 * modules do nothing when they are loaded but define things; where its manifest says so, what is not used is left out.
 */
function leaveOutWhatCoreDoesNotUse() {
  const path = fileURLToPath(new URL('../package.json', import.meta.resolve('@actions/core')));
  const manifest = JSON.parse(readFileSync(path, 'utf8'));
  if (manifest.name !== '@actions/core') throw new Error(`${path} is not the manifest of @actions/core`);
  writeFileSync(path, JSON.stringify({ ...manifest, sideEffects: false }, null, 2));
}

leaveOutWhatCoreDoesNotUse();
rmSync('lib', { recursive: true, force: true });
rmSync('dist', { recursive: true, force: true });
run(bin('typescript', 'bin/tsc'));
cpSync('src/data/prices.json', 'lib/data/prices.json');
const bundles = { action: 'action', hook: 'hook', cli: 'cli', meter: 'meter-process' };
for (const [name, entry] of Object.entries(bundles)) {
  if (name === 'meter') {
    shadowUndici();
    shadowParsers();
  }
  run(
    bin('@vercel/ncc', 'dist/ncc/cli.js'),
    'build',
    `lib/entrypoints/${entry}.js`,
    '-o',
    `dist/${name}`,
    '--license',
    'licenses.txt',
    '--quiet',
    ...(name === 'meter' ? ['--minify'] : []),
  );
}
// A line of the bundle must not depend on where it was built.
for (const name of Object.keys(bundles)) {
  for (const file of readdirSync(`dist/${name}`).filter((entry) => entry.endsWith('.js'))) {
    const path = `dist/${name}/${file}`;
    const text = readFileSync(path, 'utf8');
    const clean = text
      .replaceAll(`file://${process.cwd()}/`, 'file:///spendgate/')
      .replaceAll(`${process.cwd()}/`, '/spendgate/');
    const final = asciiOnly(name === 'meter' && file === 'index.js' ? withoutHttp2(clean) : clean);
    if (final !== text) writeFileSync(path, final);
  }
}
addPrices();
