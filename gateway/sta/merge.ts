/**
 * The rows of several Datastreams in one order of time: of each no more is read than the answer takes. What is newest in a
 * Datastream is mostly known without asking the store, so that the newest rows of a thousand of them are a few questions.
 */
import { wrong } from './fault.ts';
import type { Datastream } from './graph.ts';
import type { Row, SeriesRows } from './series.ts';

export interface Found {
  readonly datastream: Datastream;
  readonly row: Row;
}

export interface Wanted {
  readonly from: number;
  readonly to: number;
  readonly descending: boolean;
  /** About how many are going to be taken. */
  readonly about: number;
  /** The place after which to go on, in the order of time, then of id. */
  readonly after: { readonly at: number; readonly id: string } | null;
}

/** Questions to the store for one answer. */
const MOST_QUESTIONS = 2000;
const MOST_AT_ONCE = 2000;
const LEAST_AT_ONCE = 20;

interface Source {
  readonly datastream: Datastream;
  /** null: not asked yet, its first row is at `bound` or behind. */
  rows: readonly Row[] | null;
  next: number;
  bound: number;
  /** Where the next question begins (descending: ends). */
  edge: number;
  done: boolean;
}

/**
 * In order of time, then of the Datastream's id. `turn` lets others have their turn when it is time. Throws a fault where too many Datastreams
 * would have to be read.
 */
export async function* rowsInOrder(
  datastreams: readonly Datastream[],
  series: SeriesRows,
  wanted: Wanted,
  turn: () => Promise<void> | undefined,
): AsyncGenerator<Found, void> {
  const { descending, after } = wanted;
  const sign = descending ? -1 : 1;
  let questions = 0;
  const heap = createHeap<Source>((a, b) => {
    const order = sign * (headOf(a) - headOf(b) || (a.datastream.id < b.datastream.id ? -1 : 1));
    return order < 0;
  });
  const atOnce = Math.min(
    MOST_AT_ONCE,
    Math.max(LEAST_AT_ONCE, Math.ceil(wanted.about / datastreams.length) + 1),
  );

  for (const datastream of datastreams) {
    // Of the time of the place itself, those whose ids come behind it are still to come.
    const behind =
      after !== null && sign * (datastream.id < after.id ? -1 : datastream.id > after.id ? 1 : 0) > 0;
    const [low, high] =
      after === null
        ? [wanted.from, wanted.to]
        : descending
          ? [wanted.from, Math.min(wanted.to, after.at + (behind ? 1 : 0))]
          : [Math.max(wanted.from, after.at + (behind ? 0 : 1)), wanted.to];
    if (low >= high) continue;
    const source: Source = {
      ...{ datastream, rows: null, next: 0, done: false },
      ...(descending ? { bound: high - 1, edge: high } : { bound: low, edge: low }),
    };
    const newest = descending ? series.newest(nameOf(datastream), datastream.periodS) : undefined;
    if (newest !== undefined) {
      if (newest.at < low) continue;
      if (newest.at < high) Object.assign(source, { rows: [newest], bound: newest.at, edge: newest.at });
    }
    heap.push(source);
  }

  const read = async (source: Source): Promise<void> => {
    if (++questions > MOST_QUESTIONS)
      throw wrong(
        `Observations of more than ${MOST_QUESTIONS} Datastreams would have to be read: name fewer of them in $filter, or narrow phenomenonTime`,
      );
    const pause = turn();
    if (pause !== undefined) await pause;
    const { datastream, edge } = source;
    const within = descending
      ? { from: wanted.from, to: edge, limit: atOnce }
      : { from: edge, to: wanted.to, limit: atOnce };
    const rows = await (descending
      ? series.descending(nameOf(datastream), within)
      : series.ascending(nameOf(datastream), within));
    const last = rows.at(-1);
    source.rows = rows;
    source.next = 0;
    source.done = rows.length < atOnce;
    if (last !== undefined) source.edge = descending ? last.at : last.at + 1;
  };

  for (let source = heap.pop(); source !== undefined; source = heap.pop()) {
    if (source.rows === null) {
      await read(source);
      if (source.rows !== null && (source.rows as readonly Row[]).length > 0) heap.push(source);
      continue;
    }
    yield { datastream: source.datastream, row: source.rows[source.next++] as Row };
    if (source.next < source.rows.length) heap.push(source);
    else if (!source.done) {
      // Read when its turn comes: it is not before the row that it has just given.
      source.bound = descending ? source.edge - 1 : source.edge;
      source.rows = null;
      heap.push(source);
    }
  }
}

const nameOf = ({ station, parameter }: Datastream) => ({ station: station.id, parameter });

const headOf = (source: Source): number => source.rows?.[source.next]?.at ?? source.bound;

/** A binary heap: `pop` answers what is before all others. */
function createHeap<T>(before: (a: T, b: T) => boolean) {
  const items: T[] = [];
  const swap = (a: number, b: number): void => {
    [items[a], items[b]] = [items[b] as T, items[a] as T];
  };
  return {
    push(item: T): void {
      let index = items.push(item) - 1;
      for (let above = (index - 1) >> 1; index > 0; above = (index - 1) >> 1) {
        if (!before(items[index] as T, items[above] as T)) break;
        swap(index, above);
        index = above;
      }
    },
    pop(): T | undefined {
      const first = items[0];
      const last = items.pop();
      if (items.length === 0 || last === undefined) return first;
      items[0] = last;
      for (let index = 0; ; ) {
        const left = 2 * index + 1;
        let least = index;
        for (const child of [left, left + 1])
          if (child < items.length && before(items[child] as T, items[least] as T)) least = child;
        if (least === index) return first;
        swap(index, least);
        index = least;
      }
    },
  };
}
