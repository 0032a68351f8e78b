/**
 * Keeps the bundle of the meter in the background small: it stays in memory for as long as the job runs. Measured at rest:
 * of undici all but its HTTP/1 client (9 MB: fetch, websockets, caches), Node's http2 (4 MB, which undici loads and we do
 * not speak), and the source text itself (4 MB, by minifying it and by `asciiOnly`).
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

const SHADOW = 'lib/node_modules/undici';
const PARTS = {
  Dispatcher: 'dispatcher/dispatcher.js',
  Agent: 'dispatcher/agent.js',
  Pool: 'dispatcher/pool.js',
  Client: 'dispatcher/client.js',
  EnvHttpProxyAgent: 'dispatcher/env-http-proxy-agent.js',
  buildConnector: 'core/connect.js',
};
const PARSERS = { yaml: ['parse', 'stringify'], 'smol-toml': ['parse', 'stringify'] };
/** Methods that undici's own index adds to every dispatcher; its proxy agent calls `connect` itself. */
const METHODS = { request: 'api/api-request.js', connect: 'api/api-connect.js' };
const REQUEST = `Object.assign(Dispatcher.prototype, { request: callRequest, connect: callConnect });
export function request(url, { dispatcher, method = 'GET', ...options }) {
  const { origin, pathname, search } = new URL(url);
  return dispatcher.request({ ...options, method, origin, path: pathname + search });
}
`;

/** Stands in front of undici for everything under `lib/`: the same client, without what the meter never uses. */
export function shadowUndici() {
  mkdirSync(SHADOW, { recursive: true });
  const names = Object.keys(PARTS);
  for (const folder of ['meter', 'modes', 'platform']) checkNames(folder, 'undici', [...names, 'request']);
  const methods = Object.entries(METHODS).map(([name, file]) => [
    `call${name[0].toUpperCase()}${name.slice(1)}`,
    file,
  ]);
  const imports = [...Object.entries(PARTS), ...methods].map(
    ([name, file]) => `import ${name} from '../../../node_modules/undici/lib/${file}';\n`,
  );
  writeFileSync(`${SHADOW}/package.json`, '{ "type": "module", "main": "index.js" }\n');
  writeFileSync(`${SHADOW}/index.js`, `${imports.join('')}export { ${names.join(', ')} };\n${REQUEST}`);
}

/** Parsers that agents write their configuration with. The meter starts no agent: it asks them who called, and no more. */
export function shadowParsers() {
  for (const [name, exports] of Object.entries(PARSERS)) {
    const folder = `lib/node_modules/${name}`;
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}/package.json`, '{ "type": "module", "main": "index.js" }\n');
    const body = `throw new TypeError('the meter in the background has no ${name}');`;
    const functions = exports.map((parser) => `export function ${parser}() { ${body} }\n`);
    writeFileSync(`${folder}/index.js`, functions.join(''));
    checkNames('agents', name, exports);
  }
}

/** A name that is not there would be \`undefined\` in the bundle. */
function checkNames(folder, from, known) {
  const pattern = new RegExp(`import \\{([^}]*)\\} from '${from}'`);
  for (const file of readdirSync(`lib/${folder}`).filter((name) => name.endsWith('.js'))) {
    const [, names = ''] = pattern.exec(readFileSync(`lib/${folder}/${file}`, 'utf8')) ?? [];
    const missing = names.split(',').filter((name) => name.trim() && !known.includes(name.trim()));
    if (missing.length > 0) throw new Error(`${folder}/${file} needs ${missing} of ${from}: name it above`);
  }
}

/** One character beyond Latin-1 would double what the text takes in memory. */
export function asciiOnly(text) {
  return text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The bundle without HTTP/2. */
export function withoutHttp2(text) {
  const http2 = /\w+\(import\.meta\.url\)\("node:http2"\)/g;
  if (text.match(http2)?.length !== 1)
    throw new Error('node:http2 is not loaded in the one place that is known');
  return text.replace(http2, '{constants:{}}');
}

/** The price table as a file of its own, which is read once and not kept as a text. */
export function addPrices() {
  cpSync('src/data/prices.json', 'dist/meter/prices.json');
}
