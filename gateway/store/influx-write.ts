/**
 * Writes batches: few requests at a time, each with as many points as the database takes well. A point is identified by
 * its tags and time, so that sending it twice is harmless, and all of this rests on it.
 */
import { type Outcome, readAnswer, readFailure } from './influx-answer.ts';
import type { WriteEndpoint } from './influx-http.ts';
import type { LineWriter } from './influx-line.ts';
import { type RefusedReading, RefusedReadings, StoreUnavailable } from './refused.ts';
import type { StoredReading } from './store.ts';

/** More a request are no faster, and its body stays below the 1 MB that proxies usually take. */
const MOST_POINTS = 5000;
/** A batch is not cut into less for the sake of sending the pieces side by side. */
const FEWEST_POINTS = 1000;
/** To less than this a database that is slow does not bring a request. */
const FEWEST_OVERCHARGED = 50;
/** Proxies are set up anew: after so long without a 413 twice as much is tried. */
const TRY_LARGER_MS = 60_000;
/** Requests under way, and so the bodies in memory. */
const AT_A_TIME = 3;

export interface InfluxWriterParts {
  readonly endpoint: WriteEndpoint;
  readonly encode: LineWriter;
  createDatabase(): Promise<void>;
  readonly now: () => number;
}

export interface InfluxWriter {
  /**
   * Returns when all are stored. Throws RefusedReadings when all others are, StoreUnavailable when not even that is
   * certain; nothing of this batch is under way any more in either case.
   */
  write(readings: readonly StoredReading[]): Promise<void>;
  /**
   * Throws StoreUnavailable when a write would not be taken now, or not be answered within the time. Writes nothing;
   * makes a database that is missing.
   */
  probe(withinMs?: number): Promise<void>;
}

export function createInfluxWriter({
  endpoint,
  encode,
  createDatabase,
  now,
}: InfluxWriterParts): InfluxWriter {
  let most = MOST_POINTS;
  /** What the database, or a proxy before it, takes at all: learned from its 413. */
  let ceiling = MOST_POINTS;
  let ceilingAt = 0;

  const post = async (lines: string, withinMs?: number): Promise<Outcome> => {
    const ask = async (): Promise<Outcome> =>
      endpoint.post(lines, withinMs).then((answer) => readAnswer(answer, now()), readFailure);
    const outcome = await ask();
    if (outcome.kind !== 'no-database') return outcome;
    await createDatabase().catch((cause: unknown) => {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new StoreUnavailable(`${outcome.sentence}, and it cannot be created: ${why}`, null, cause);
    });
    return ask();
  };

  const send = async (readings: readonly StoredReading[]): Promise<RefusedReading[]> => {
    const outcome = await post(encode(readings));
    switch (outcome.kind) {
      case 'stored':
        if (readings.length >= ceiling && now() - ceilingAt > TRY_LARGER_MS) {
          ceiling = Math.min(2 * ceiling, MOST_POINTS);
          ceilingAt = now();
        }
        if (readings.length >= most) most = Math.min(2 * most, ceiling);
        return [];
      case 'refused':
        // A whole request that is dropped needs no search; the count is of points that were parsed and then refused.
        if (readings.length === 1 || outcome.dropped === readings.length) {
          return readings.map((reading) => ({ reading, reason: outcome.sentence }));
        }
        return inTwo(parted(readings, outcome.sentence));
      case 'too-large':
        // Where one reading is too large, it is the limit that is wrong and not the reading: nothing may be lost to it.
        if (readings.length === 1) throw new StoreUnavailable(`one reading alone: ${outcome.sentence}`);
        ceiling = Math.min(ceiling, Math.ceil(readings.length / 2));
        ceilingAt = now();
        most = Math.min(most, ceiling);
        return inTwo(halves(readings));
      case 'no-database':
        throw new StoreUnavailable(outcome.sentence);
      case 'unavailable':
        // By the size of this request: those beside it that fail as well ask for no less.
        if (outcome.overcharged) {
          most = Math.min(most, Math.max(FEWEST_OVERCHARGED, Math.floor(readings.length / 2)));
        }
        throw new StoreUnavailable(outcome.sentence, outcome.retryAfterMs, outcome.cause);
    }
  };

  /**
   * Again and again, until each point was in a request that was stored whole, or is one that is refused. The answer to
   * a request with refused points tells nothing of the others: InfluxDB 1.x gives it while other shards may still be
   * writing.
   */
  const inTwo = async ([first, second]: Parts): Promise<RefusedReading[]> => {
    const refused = await send(first);
    return refused.concat(await send(second));
  };

  return {
    async write(readings) {
      // Equal pieces, so that no request is left to be waited for alone.
      const rounds = Math.ceil(readings.length / (AT_A_TIME * most));
      const fair = Math.max(FEWEST_POINTS, Math.ceil(readings.length / (AT_A_TIME * rounds)));
      const refused: RefusedReading[] = [];
      const failures: unknown[] = [];
      let next = 0;
      const work = async (): Promise<void> => {
        while (next < readings.length && failures.length === 0) {
          const from = next;
          next += Math.min(most, fair);
          await send(readings.slice(from, next)).then(
            (some) => refused.push(...some),
            (error: unknown) => failures.push(error),
          );
        }
      };
      await Promise.all(Array.from({ length: AT_A_TIME }, work));
      if (failures.length > 0) throw failures[0];
      if (refused.length > 0) throw new RefusedReadings(refused);
    },
    async probe(withinMs) {
      const outcome = await post('', withinMs);
      if (outcome.kind === 'stored') return;
      // InfluxDB 1.x takes a write without points; another version may call it a bad one: it takes writes all the same.
      if (outcome.kind === 'refused') return;
      throw new StoreUnavailable(outcome.sentence);
    },
  };
}

type Parts = readonly [readonly StoredReading[], readonly StoredReading[]];

function halves(readings: readonly StoredReading[]): Parts {
  const middle = readings.length >> 1;
  return [readings.slice(0, middle), readings.slice(middle)];
}

/**
 * What is refused lies together, so that few requests find it: a conflict of types is of one field, and it holds, as
 * retention does, for a shard, which is a span of time.
 */
function parted(readings: readonly StoredReading[], sentence: string): Parts {
  if (/ input field "reason" /.test(sentence)) {
    const { some = [], none = [] } = Object.groupBy(readings, ({ reason }) =>
      reason === null ? 'none' : 'some',
    );
    if (some.length > 0 && none.length > 0) return [some, none];
  }
  return halves(readings.toSorted((a, b) => a.at - b.at));
}
