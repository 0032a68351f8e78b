/**
 * Completes `package-lock.json` where the registry at hand lacks packages of other platforms: npm leaves those out of the
 * lock file, and `npm ci` then refuses it. Each missing optional package gets an entry with the version its parent names
 * and the platform its name tells. It has no checksum: `npm install` against a full registry adds one.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const OS = /(?<=[-/])(android|darwin|linux|win32|freebsd|openharmony)(?=-|$)/;
const CPU = /(?<=-)(arm64|arm|x64|ia32|ppc64|s390x|riscv64|loong64)(?=-|$)/;
const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));

for (const [parent, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
  if (parent === '') continue;
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const path = `node_modules/${name}`;
    const os = OS.exec(name)?.[1];
    const cpu = CPU.exec(name)?.[1];
    if (path in lock.packages || os === undefined || cpu === undefined) continue;
    const libc = /musl/.test(name) ? ['musl'] : /gnu/.test(name) && os === 'linux' ? ['glibc'] : undefined;
    lock.packages[path] = {
      version,
      cpu: [cpu],
      ...(dev ? { dev } : {}),
      ...(libc ? { libc } : {}),
      optional: true,
      os: [os],
    };
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
