/** Assembles `src/wire/string-end.wat`: `npm run wasm` writes what comes of it beside it, for a test to compare. */
import { readFileSync, writeFileSync } from 'node:fs';
import wabt from 'wabt';

const TEXT = new URL('../src/wire/string-end.wat', import.meta.url);
const TARGET = new URL('../src/wire/string-end-wasm.ts', import.meta.url);

/** The module of source code that holds the bytes. */
export async function renderWasm(): Promise<string> {
  const { parseWat } = await wabt();
  const parsed = parseWat('string-end.wat', readFileSync(TEXT, 'utf8'), { simd: true });
  const { buffer } = parsed.toBinary({});
  parsed.destroy();
  return `/** What \`npm run wasm\` makes of string-end.wat, as base64. */
export const STRING_END_WASM =
  '${Buffer.from(buffer).toString('base64')}';
`;
}

if (import.meta.main) writeFileSync(TARGET, await renderWasm());
