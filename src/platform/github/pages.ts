/** Lists that come page by page. */

export const PER_PAGE = 100;
/** More than that is not read, where nobody says otherwise: a step has better to do. */
const MAX_PAGES = 5;

/**
 * @param read one page, counted from 1, of at most `PER_PAGE`
 * `isWhole` is false where there are more than were read.
 */
export async function readPages<T>(
  read: (page: number) => Promise<readonly T[]>,
  maxPages = MAX_PAGES,
): Promise<{ readonly items: readonly T[]; readonly isWhole: boolean }> {
  const items: T[] = [];
  for (let page = 1; page <= maxPages; page += 1) {
    const found = await read(page);
    items.push(...found);
    if (found.length < PER_PAGE) return { items, isWhole: true };
  }
  return { items, isWhole: false };
}
