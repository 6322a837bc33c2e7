/**
 * InfluxDB 1.x as the store: queries and administration through the `influx` package, writes by influx-write.ts.
 * Measurement `reading`, tags station and parameter; a point is identified by tags and time, so a repeat overwrites itself.
 */
import { intervalOffset } from '../../devices/local-time.ts';
import type { ParameterId } from '../../devices/parameter.ts';
import { type Flag, flagOfSeverity, USABLE_FLAGS } from '../../devices/quality.ts';
import type { StoreSettings } from '../settings.ts';
import { openWriteEndpoint } from './influx-http.ts';
import { createLineWriter, MEASUREMENT } from './influx-line.ts';
import { openQuestions, type Questions } from './influx-query.ts';
import { createInfluxWriter } from './influx-write.ts';
import type { Aggregate, Point, PointsQuery, Store, StoredReading } from './store.ts';
import { isWhole, rowsInflux, tallyInflux } from './tally-influx.ts';

const REQUEST_TIMEOUT_MS = 10_000;
/** Who asks how we are does not wait for long: a database that takes more is not well. */
const CHECK_TIMEOUT_MS = 2000;
/** What is under way when the gateway stops has so much more. */
const LAST_MS = 1000;
const FUNCTION: Readonly<Record<Aggregate, string>> = {
  mean: 'mean',
  min: 'min',
  max: 'max',
  count: 'count',
};

export function openInfluxStore(settings: StoreSettings, timeoutMs = REQUEST_TIMEOUT_MS): Store {
  const checkTimeoutMs = Math.min(timeoutMs, CHECK_TIMEOUT_MS);
  const questions = openQuestions(settings, timeoutMs);
  const endpoint = openWriteEndpoint(settings, timeoutMs);
  const writer = createInfluxWriter({
    endpoint,
    encode: createLineWriter(),
    createDatabase: questions.createDatabase,
    now: Date.now,
  });

  const breakOff = (): void => {
    endpoint.close();
    questions.close();
  };
  let lastTimer: NodeJS.Timeout | undefined;

  let found: Promise<void> | null = null;
  /** Returns when the database is there, once; an attempt that failed is made anew by the next caller. */
  const ready = (): Promise<void> => {
    found ??= writer.probe(checkTimeoutMs).catch((error: unknown) => {
      found = null;
      throw error;
    });
    return found;
  };

  return {
    append: (readings) => writer.write(readings),
    async latest() {
      await ready();
      const rows = await questions.query<Record<string, unknown>>(
        `SELECT value, flag, reason, received_at FROM ${MEASUREMENT} GROUP BY station, parameter ORDER BY time DESC LIMIT 1`,
        { precision: 'ms' },
      );
      return rows
        .map(
          (row): StoredReading => ({
            station: String(row.station),
            parameter: row.parameter as ParameterId,
            at: millis(row.time),
            value: typeof row.value === 'number' ? row.value : null,
            flag: row.flag as Flag,
            reason: typeof row.reason === 'string' ? row.reason : null,
            receivedAt: Number(row.received_at ?? Number.NaN),
          }),
        )
        .filter(isWhole);
    },
    async points(query) {
      await ready();
      return (
        query.everyMs === undefined
          ? await raw(questions, query)
          : await aggregated(questions, query, query.everyMs)
      ).reverse();
    },
    async tally(query) {
      await ready();
      return tallyInflux(questions, query);
    },
    async rows(query) {
      await ready();
      return (await rowsInflux(questions, query)).map((row) => ({ station: query.station, ...row }));
    },
    async keepsMs() {
      await ready();
      const policies = await questions.query<{ default: boolean; duration: string }>(
        `SHOW RETENTION POLICIES ON "${settings.database.replace(/["\\]/g, '\\$&')}"`,
      );
      return durationMs(policies.find((policy) => policy.default)?.duration ?? '0s');
    },
    check: () => writer.probe(checkTimeoutMs),
    hurry() {
      lastTimer = setTimeout(breakOff, LAST_MS);
    },
    async close() {
      clearTimeout(lastTimer);
      breakOff();
    },
  };
}

/** As InfluxDB says it, "720h0m0s"; null of 0, which is for ever. */
function durationMs(text: string): number | null {
  const [, hours = '0', minutes = '0', seconds = '0'] =
    /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text) ?? [];
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 || null;
}

const USABLE = USABLE_FLAGS.map((flag) => `flag = ${flag}`).join(' OR ');

const WHERE = 'WHERE station = $station AND parameter = $parameter';

const range = (query: PointsQuery): string => `time >= ${query.from}ms AND time < ${query.to}ms`;

const options = ({ station, parameter }: PointsQuery) => ({
  precision: 'ms' as const,
  placeholders: { station, parameter },
});

const millis = (time: unknown): number => (time instanceof Date ? time.getTime() : Number(time));

async function raw(questions: Questions, query: PointsQuery): Promise<Point[]> {
  const rows = await questions.query<{ time: unknown; value: number | null; flag: Flag }>(
    `SELECT value, flag FROM ${MEASUREMENT} ${WHERE} AND flag > 0 AND ${range(query)} ORDER BY time DESC LIMIT ${query.limit}`,
    options(query),
  );
  return rows.map((row) => [millis(row.time), row.value ?? null, row.flag]);
}

async function aggregated(questions: Questions, query: PointsQuery, everyMs: number): Promise<Point[]> {
  const grouped = `GROUP BY time(${everyMs}ms, ${intervalOffset(everyMs)}ms) fill(none) ORDER BY time DESC LIMIT ${query.limit}`;
  const [severities, values] = await questions.queries<{ time: unknown; v: number }>(
    [
      `SELECT max(severity) AS v FROM ${MEASUREMENT} ${WHERE} AND ${range(query)} ${grouped}`,
      `SELECT ${FUNCTION[query.aggregate]}(value) AS v FROM ${MEASUREMENT} ${WHERE} AND (${USABLE}) AND ${range(query)} ${grouped}`,
    ],
    options(query),
  );
  const byTime = new Map((values ?? []).map((row) => [millis(row.time), row.v]));
  // A count of nothing is 0 in both stores; any other aggregate of nothing is no value.
  const none = query.aggregate === 'count' ? 0 : null;
  return (severities ?? []).map((row) => {
    const at = millis(row.time);
    return [at, byTime.get(at) ?? none, flagOfSeverity(row.v)];
  });
}
