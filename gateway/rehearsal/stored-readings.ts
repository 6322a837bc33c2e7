/** The readings of several series out of the stores, as one stream in the order of time. */
import { isDerived, type ParameterId } from '../../devices/parameter.ts';
import type { DerivedStore } from '../derive/derived-store.ts';
import type { Store, StoredReading } from '../store/store.ts';

/** Readings of one series that are asked for at a time. */
const PAGE = 5000;
/** Derived values come once an hour or less often, with traffic every few minutes. */
const DERIVED_PAGE_MS = 10 * 86_400_000;

export interface Series {
  readonly station: string;
  readonly parameter: ParameterId;
}

export interface ReadingStores {
  readonly store: Pick<Store, 'rows'>;
  readonly derived: Pick<DerivedStore, 'points'>;
}

/** Within from ≤ at < to, as if each had come at once. */
export async function* storedReadings(
  stores: ReadingStores,
  series: readonly Series[],
  from: number,
  to: number,
): AsyncGenerator<StoredReading[]> {
  const heads = series.map((one) => ({ one, waiting: [] as StoredReading[], next: from, done: false }));
  for (;;) {
    for (const head of heads) {
      if (head.done || head.waiting.length > 0) continue;
      const page = isDerived(head.one.parameter)
        ? derivedPage(stores.derived, head.one, head.next, to)
        : await measuredPage(stores.store, head.one, head.next, to);
      head.waiting = page.readings;
      head.next = page.next;
      head.done = page.next >= to;
    }
    // Up to here every series is known: what comes later may still have company.
    const known = Math.min(...heads.map(({ done, next }) => (done ? to : next)));
    const batch: StoredReading[] = [];
    for (const head of heads) {
      const later = head.waiting.findIndex(({ at }) => at >= known);
      batch.push(...head.waiting.splice(0, later < 0 ? head.waiting.length : later));
    }
    if (batch.length > 0) yield heads.length === 1 ? batch : batch.sort((a, b) => a.at - b.at);
    if (known >= to) return;
  }
}

interface Page {
  readonly readings: StoredReading[];
  /** Where the next page begins; `to` when there is none. */
  readonly next: number;
}

async function measuredPage(
  store: Pick<Store, 'rows'>,
  series: Series,
  from: number,
  to: number,
): Promise<Page> {
  const rows = await store.rows({ ...series, from, to, limit: PAGE });
  const last = rows.at(-1);
  return {
    readings: rows.map((row) => ({ ...row, receivedAt: row.at })),
    next: last === undefined || rows.length < PAGE ? to : last.at + 1,
  };
}

function derivedPage(derived: Pick<DerivedStore, 'points'>, series: Series, from: number, to: number): Page {
  const end = Math.min(to, from + DERIVED_PAGE_MS);
  const points = derived.points({ ...series, from, to: end, aggregate: 'mean', limit: PAGE });
  return {
    readings: points.map(([at, value, flag]) => ({
      ...series,
      at,
      value,
      flag,
      reason: null,
      receivedAt: at,
    })),
    next: end,
  };
}
