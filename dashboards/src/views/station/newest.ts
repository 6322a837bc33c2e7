/** The newest of a long list that a route answers in pages. */

export interface Page<T> {
  /** Newest first. */
  readonly items: readonly T[];
  /** To go on with; null: there is no more. */
  readonly next: string | null;
}

export interface Newest<T> {
  readonly items: readonly T[];
  /** There are older ones. */
  readonly more: boolean;
}

export const NONE: Newest<never> = { items: [], more: false };

/** `most`: how many one answer of the route has at most. */
export async function newestOf<T>(
  ask: (cursor: string | undefined, limit: number) => Promise<Page<T>>,
  count: number,
  most: number,
): Promise<Newest<T>> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await ask(cursor, Math.min(most, count - items.length));
    items.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && items.length < count);
  return { items, more: cursor !== undefined };
}
