/** Writes what is generated: `action.yml`, the tables of the README, `docs/gateways.md`, `schema/spendgate.schema.json`. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { renderActionYml, renderGatewaysPage, renewReadme } from './docs-content.js';
import { renderSchema } from './policy-json-schema.js';

const root = new URL('../', import.meta.url);
const file = (name: string) => new URL(name, root);

for (const folder of ['schema', 'docs']) mkdirSync(file(folder), { recursive: true });
writeFileSync(file('action.yml'), renderActionYml());
writeFileSync(file('schema/spendgate.schema.json'), renderSchema());
writeFileSync(file('docs/gateways.md'), renderGatewaysPage());
writeFileSync(file('README.md'), renewReadme(readFileSync(file('README.md'), 'utf8')));
