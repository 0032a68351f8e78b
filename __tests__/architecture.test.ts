/** Imports go down only: every import of every source file is read, and anything not named here fails. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const SRC = fileURLToPath(new URL('../src', import.meta.url));

interface Rule {
  readonly folders: readonly string[];
  /** Packages and Node modules; types may come from anywhere a value may. */
  readonly packages: readonly string[];
}

const ADAPTER = ['core', 'ports', 'wire'];
const RULES: Readonly<Record<string, Rule>> = {
  core: { folders: [], packages: ['zod'] },
  ports: { folders: ['core'], packages: [] },
  files: { folders: ['ports'], packages: ['node:fs'] },
  wire: { folders: ['core', 'ports'], packages: ['zod', 'node:zlib', 'node:stream'] },
  dialects: { folders: ADAPTER, packages: ['zod'] },
  gateways: { folders: ADAPTER, packages: ['zod', 'node:crypto'] },
  agents: { folders: [...ADAPTER, 'files'], packages: ['zod', 'node:fs', 'node:path', 'smol-toml', 'yaml'] },
  stores: {
    folders: [...ADAPTER, 'files'],
    packages: ['node:crypto', 'zod', 'node:fs', 'node:fs/promises', 'node:path', '@actions/cache'],
  },
  reporters: { folders: ADAPTER, packages: ['zod'] },
  alerts: { folders: ['core', 'ports'], packages: ['node:crypto'] },
  platform: {
    folders: ['core', 'ports', 'files'],
    packages: [
      '@actions/core',
      '@actions/github',
      'undici',
      'p-retry',
      'node:child_process',
      'node:crypto',
      'node:events',
      'node:fs',
      'node:http',
      'node:os',
      'node:path',
      'node:stream',
    ],
  },
  config: {
    folders: ['core', 'ports', 'files'],
    packages: ['zod', 'yaml', 'fastest-levenshtein', 'node:crypto', 'node:os', 'node:path'],
  },
  meter: {
    folders: ['core', 'ports', 'wire'],
    packages: [
      'undici',
      'ws',
      'node:http',
      'node:net',
      'node:crypto',
      'node:events',
      'node:stream',
      'node:stream/promises',
    ],
  },
  verify: { folders: ['core', 'ports', 'wire'], packages: ['zod'] },
  modes: { folders: ['core', 'ports', 'config', 'meter', 'verify'], packages: [] },
};
/** Clients of one member alone. */
const MEMBER_PACKAGES: Readonly<Record<string, string>> = {
  '@actions/cache': 'stores/actions-cache.ts',
  'smol-toml': 'agents/codex.ts',
  ws: 'meter/websocket-peer.ts',
};
const LISTS = ['dialects', 'gateways', 'agents', 'stores', 'reporters', 'alerts'];

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && !name.endsWith('.d.json.ts'),
);

function importsOf(file: string): { specifier: string; typeOnly: boolean }[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  const pattern =
    /^(?:import|export)\s+(type\s)?[^'";]*?from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'/gm;
  return [...text.matchAll(pattern)].map(([, type, named, bare, dynamic]) => ({
    specifier: named ?? bare ?? dynamic ?? '',
    typeOnly: type !== undefined,
  }));
}

describe.each(files.filter((file) => file.split('/')[0] !== 'entrypoints'))('%s', (file) => {
  const [folder = ''] = file.split('/');
  const rule = RULES[folder];

  test('imports only what its folder may', () => {
    expect(rule).toBeDefined();
    const wrong = importsOf(file).filter(({ specifier, typeOnly }) => {
      if (!specifier.startsWith('.')) {
        const owner = MEMBER_PACKAGES[specifier];
        const isAllowed =
          rule?.packages.includes(specifier) ||
          (typeOnly && ['modes', 'ports'].includes(folder) && specifier === 'undici');
        return !isAllowed || (owner !== undefined && owner !== file);
      }
      const target = relative(SRC, join(SRC, dirname(file), specifier));
      const [into = ''] = target.split('/');
      if (into !== folder) return !rule?.folders.includes(into);
      const isMember = LISTS.includes(folder) && !file.endsWith('index.ts') && !target.includes('/shared/');
      return isMember && !file.includes('/shared/');
    });
    expect(wrong).toEqual([]);
  });
});

test.each(LISTS)('every file of %s stands in its list', (folder) => {
  const members = files.filter((file) => dirname(file) === folder && !file.endsWith('index.ts'));
  const index = readFileSync(join(SRC, folder, 'index.ts'), 'utf8');
  expect(members.filter((file) => !index.includes(`'./${file.slice(folder.length + 1, -3)}.js'`))).toEqual(
    [],
  );
});

test('only entry points touch the process', () => {
  const allowed = /\bprocess\.(?:kill)\b/g;
  const touching = files.filter(
    (file) =>
      !file.startsWith('entrypoints/') &&
      /\bprocess\.(?:env|argv|exit|exitCode|stdout|stderr)\b/.test(
        readFileSync(join(SRC, file), 'utf8').replace(allowed, ''),
      ),
  );
  expect(touching).toEqual([]);
});

test('shared code never asks which member it has', () => {
  const asking = files.filter((file) =>
    /\b(?:id|gateway|dialect|agent)(?:\.id)? === '[a-z-]+'/.test(
      readFileSync(join(SRC, file), 'utf8').replaceAll("=== 'auto'", '').replaceAll("=== 'run-stopped'", ''),
    ),
  );
  expect(asking).toEqual([]);
});
