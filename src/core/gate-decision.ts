/**
 * One answer out of several stores. A gate is closed when any of them says so, unless another one holds an opening that
 * came later; a first state, which nobody decided, is no such opening. What nobody could read may hold a closing, so an
 * open gate is only known where every store was read.
 *
 * | one \ other | closed | opened later | opened before, never closed, or its time is over | nothing there | not readable |
 * |---|---|---|---|---|---|
 * | closed | closed | open | closed | closed | closed |
 * | open | as above | open | open | open | unknown |
 * | nothing there | closed | open | open | unknown | unknown |
 */
import { type GateReading, isDecidedOpen } from './gate.js';

type GateEntryRead = NonNullable<GateReading['entry']>;

/** @param parts readings of the same gate, one a store */
export function decideGate(parts: readonly GateReading[]): GateReading {
  const evidence = parts.map((part) => part.evidence).join(' ');
  const sources = parts.flatMap((part) => part.sources);
  const openings = entriesOf(parts).filter(isDecidedOpen);
  const closings = entriesOf(parts.filter(({ state }) => state === 'closed')).filter(
    (closing) => !openings.some((opening) => isLater(opening, closing)),
  );
  if (closings.length > 0)
    return { state: 'closed', entry: newest(closings), blind: false, evidence, sources };
  if (parts.some(({ blind }) => blind))
    return { state: 'unknown', entry: undefined, blind: true, evidence, sources };
  const isOpen = parts.some(({ state }) => state !== 'unknown');
  const entry = newest(openings.length > 0 ? openings : entriesOf(parts));
  const sawAll = parts.every((part) => part.sawAll === true);
  return { state: isOpen ? 'open' : 'unknown', entry, blind: false, sawAll, evidence, sources };
}

function entriesOf(parts: readonly GateReading[]): GateEntryRead[] {
  return parts.map(({ entry }) => entry).filter((entry) => entry !== undefined);
}

function newest(entries: readonly GateEntryRead[]): GateEntryRead | undefined {
  return entries.toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt))[0];
}

function isLater(one: GateEntryRead, other: GateEntryRead): boolean {
  return Date.parse(one.createdAt) > Date.parse(other.createdAt);
}
