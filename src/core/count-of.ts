/** `1 call`, `2 calls`: a count with its noun, whose plural takes an s. */
export function countOf(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}
