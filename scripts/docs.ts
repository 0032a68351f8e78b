/** Writes what is generated: `action.yml`, the schema, `docs/gateways.md`, the tables of the README and `docs/attribution.md`. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { renderActionYml, renderGatewaysPage, renewAttributionPage, renewReadme } from './docs-content.js';
import { renderSchema } from './policy-json-schema.js';

const root = new URL('../', import.meta.url);
const file = (name: string) => new URL(name, root);

for (const folder of ['schema', 'docs']) mkdirSync(file(folder), { recursive: true });
writeFileSync(file('action.yml'), renderActionYml());
writeFileSync(file('schema/spendgate.schema.json'), renderSchema());
writeFileSync(file('docs/gateways.md'), renderGatewaysPage());
writeFileSync(file('README.md'), renewReadme(readFileSync(file('README.md'), 'utf8')));
writeFileSync(
  file('docs/attribution.md'),
  renewAttributionPage(readFileSync(file('docs/attribution.md'), 'utf8')),
);
