/** The instances of a job: every combination of its lists, and what `include` adds. */
import type { Matrix } from './definition.js';

type Combination = Readonly<Record<string, unknown>>;

export function matrixOf({ include = [], exclude = [], ...lists }: Matrix = {}): Combination[] {
  const all = Object.entries(lists).reduce<Combination[]>(
    (combinations, [name, values]) =>
      combinations.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
  const kept = all.filter((one) => !exclude.some((other) => isPart(other as Combination, one)));
  const combined = Object.keys(lists).length > 0 ? kept : [];
  const added: Combination[] = [];
  const extended = [...combined];
  for (const extra of include as readonly Combination[]) {
    const fits = combined.map((one) => agrees(extra, one));
    if (!fits.includes(true)) added.push(extra);
    for (const [index, isFit] of fits.entries())
      if (isFit) extended[index] = { ...extended[index], ...extra };
  }
  const instances = [...extended, ...added];
  return instances.length > 0 ? instances : [{}];
}

/** Whether an entry of `include` overwrites no value of the combination, and shares one with it. */
function agrees(extra: Combination, one: Combination): boolean {
  const shared = Object.keys(extra).filter((name) => name in one);
  return shared.every((name) => extra[name] === one[name]);
}

function isPart(part: Combination, whole: Combination): boolean {
  return Object.entries(part).every(([name, value]) => whole[name] === value);
}
