/** What of a station is in quarantine, by point and hour as far as the records tell it. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ParameterId } from '../../devices/parameter.ts';
import { baseName } from '../../devices/wire/senml.ts';
import { topics } from '../../devices/wire/topics.ts';
import type { Ledger } from '../ledger.ts';
import { HOUR_MS } from '../store/tally.ts';

export interface QuarantinedRecords {
  /** Start of the hour of its measurement, or of its arrival when it does not tell a time that can be believed. */
  readonly hour: number;
  /** null: the record names no point of the station. */
  readonly parameter: ParameterId | null;
  readonly reason: string;
  readonly count: number;
}

export interface Quarantined {
  /** Records of hours within from ≤ hour < to. */
  of(
    edge: string,
    station: string,
    points: ReadonlySet<string>,
    from: number,
    to: number,
  ): Promise<QuarantinedRecords[]>;
}

/** Entries that are read and parsed in one turn of the event loop. */
const AT_ONCE = 20;
/** 5,000 records fit; a larger payload was refused for its size. */
const MAX_PARSED = 1024 * 1024;

interface Entry {
  readonly id: number;
  readonly at: number;
  readonly reason: string;
  readonly records: number;
  readonly payload: string;
}

export function createQuarantined({ db }: Ledger): Quarantined {
  const select = db.prepare(
    'SELECT id, at, reason, records, payload FROM quarantine WHERE client = ? AND id > ? AND at >= ? AND topic IN (?, ?) ORDER BY id LIMIT ?',
  );
  return {
    async of(edge, station, points, from, to) {
      const found = new Map<string, { -readonly [K in keyof QuarantinedRecords]: QuarantinedRecords[K] }>();
      const add = (hour: number, parameter: ParameterId | null, reason: string, count: number): void => {
        if (hour < from || hour >= to || count <= 0) return;
        const key = JSON.stringify([hour, parameter, reason]);
        const known = found.get(key);
        if (known) known.count += count;
        else found.set(key, { hour, parameter, reason, count });
      };
      const take = ({ at, reason: told, records, payload }: Entry): void => {
        const reason = told.replace(AND_MORE, '');
        const parsed = recordsOf(payload).slice(0, records);
        for (const record of parsed) {
          const parameter = parameterOf(record, station, points);
          add(hourOf(parameter === null ? at : measuredAt(record, at)), parameter, reason, 1);
        }
        add(hourOf(at), null, reason, records - parsed.length);
      };
      const [live, backlog] = [topics.readings(edge, station), topics.backlog(edge, station)];
      for (let after = 0; ; await nextTurn()) {
        // Nothing is measured after it arrived, so what arrived before `from` belongs to an hour before it.
        const entries = select.all(edge, after, from, live, backlog, AT_ONCE) as unknown as Entry[];
        entries.forEach(take);
        if (entries.length < AT_ONCE) return [...found.values()];
        after = entries.at(-1)?.id ?? after;
      }
    },
  };
}

const hourOf = (at: number): number => at - (at % HOUR_MS);

/** The ending that ingest gives to the reason of an entry with several records. */
const AND_MORE = / \(and \d+ more records\)$/;

/** None when the payload is no list of records: it was refused whole, or is larger than any that is kept whole. */
function recordsOf(payload: string): Record<string, unknown>[] {
  if (payload.length > MAX_PARSED) return [];
  try {
    const value: unknown = JSON.parse(payload);
    return Array.isArray(value) ? value.filter((item) => typeof item === 'object' && item !== null) : [];
  } catch {
    return [];
  }
}

/** Records are kept with the base fields that held for them: each tells its name and time alone. */
function parameterOf(
  { bn, n }: Record<string, unknown>,
  station: string,
  points: ReadonlySet<string>,
): ParameterId | null {
  const name = `${typeof bn === 'string' ? bn : ''}${typeof n === 'string' ? n : ''}`;
  const base = baseName(station);
  const parameter = name.startsWith(base) ? name.slice(base.length) : '';
  return points.has(parameter) ? (parameter as ParameterId) : null;
}

/** RFC 8428 section 4.5.3: below, times are relative. */
const RELATIVE_BELOW_S = 2 ** 28;

function measuredAt({ bt, t }: Record<string, unknown>, arrived: number): number {
  const seconds = (typeof bt === 'number' ? bt : 0) + (typeof t === 'number' ? t : 0);
  const told = seconds >= RELATIVE_BELOW_S ? Math.round(seconds * 1000) : arrived;
  return told <= arrived ? told : arrived;
}
