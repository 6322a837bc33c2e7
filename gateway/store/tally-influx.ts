/** Counting and paging in InfluxDB 1.x. */
import type { ParameterId } from '../../devices/parameter.ts';
import type { Flag } from '../../devices/quality.ts';
import type { Questions } from './influx-query.ts';
import { createTally, HOUR_MS, type Tally, type TallyQuery } from './tally.ts';

interface Row {
  readonly at: number;
  readonly parameter: ParameterId;
  readonly value: number | null;
  readonly flag: Flag;
  readonly reason: string | null;
  readonly receivedAt: number;
}

const COLUMNS = 'SELECT value, flag, reason, received_at FROM reading WHERE station = $station';

/**
 * InfluxQL groups by tags and time only, so that flags and reasons are counted here, from one hour of the station's
 * readings at a time.
 */
export async function tallyInflux(questions: Questions, { station, from, to }: TallyQuery): Promise<Tally[]> {
  const tally = createTally();
  for (let start = from; start < to; start = nextHour(start)) {
    const end = Math.min(nextHour(start), to);
    const query = `${COLUMNS} AND time >= ${start}ms AND time < ${end}ms GROUP BY parameter`;
    for (const row of (await ask(questions, query, { station })).filter(isWhole)) tally.add(row);
  }
  return tally.result();
}

const nextHour = (start: number): number => start - (start % HOUR_MS) + HOUR_MS;

/** The oldest `limit` readings of a series within from ≤ at < to. */
export async function rowsInflux(
  questions: Questions,
  { station, parameter, from, to, limit }: TallyQuery & { parameter: ParameterId; limit: number },
): Promise<Row[]> {
  const found: Row[] = [];
  let start = from;
  for (;;) {
    const query = `${COLUMNS} AND parameter = $parameter AND time >= ${start}ms AND time < ${to}ms ORDER BY time LIMIT ${limit}`;
    const page = await ask(questions, query, { station, parameter });
    found.push(...page.filter(isWhole));
    const last = page.at(-1);
    // Fewer than asked for would say that there are no more.
    if (last === undefined || page.length < limit || found.length >= limit) return found.slice(0, limit);
    start = last.at + 1;
  }
}

async function ask(
  questions: Questions,
  query: string,
  placeholders: Record<string, string>,
): Promise<Row[]> {
  const rows = await questions.query<Record<string, unknown>>(query, { precision: 'ms', placeholders });
  return rows.map((row) => ({
    at: row.time instanceof Date ? row.time.getTime() : Number(row.time),
    parameter: (row.parameter ?? placeholders.parameter) as ParameterId,
    value: typeof row.value === 'number' ? row.value : null,
    flag: row.flag as Flag,
    reason: typeof row.reason === 'string' ? row.reason : null,
    receivedAt: Number(row.received_at ?? Number.NaN),
  }));
}

/** InfluxDB shows a point that is being written field by field: what is not whole yet is not there yet. */
export const isWhole = ({ value, flag, reason, receivedAt }: Omit<Row, 'parameter' | 'at'>): boolean =>
  typeof flag === 'number' && Number.isFinite(receivedAt) && (value ?? reason) !== null;
