/** Writes what is generated: `action.yml`, the schema, and the tables of the README and of pages in `docs/`. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { GENERATED_PAGES, renderActionYml, renewPage } from './docs-content.js';
import { renderSchema } from './policy-json-schema.js';

const root = new URL('../', import.meta.url);
const file = (name: string) => new URL(name, root);

mkdirSync(file('schema'), { recursive: true });
writeFileSync(file('action.yml'), renderActionYml());
writeFileSync(file('schema/spendgate.schema.json'), renderSchema());
for (const page of GENERATED_PAGES)
  writeFileSync(file(page), renewPage(page, readFileSync(file(page), 'utf8')));
