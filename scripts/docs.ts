/** Writes what is generated: `action.yml`, the tables of the README, `schema/spendgate.schema.json`. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { renderActionYml, renderSchema, renewReadme } from './docs-content.js';

const root = new URL('../', import.meta.url);
const file = (name: string) => new URL(name, root);

mkdirSync(file('schema'), { recursive: true });
writeFileSync(file('action.yml'), renderActionYml());
writeFileSync(file('schema/spendgate.schema.json'), renderSchema());
writeFileSync(file('README.md'), renewReadme(readFileSync(file('README.md'), 'utf8')));
