/**
 * Out of service (ISA-18.2): a person takes a station, or one parameter of it, out, for a repair or a calibration. Its
 * alarms are recorded and wake nobody.
 */
import type { OutOfServiceAnswer } from '../../devices/wire/api.ts';
import type { Audit } from '../audit/audit.ts';
import type { Catalog } from '../catalog.ts';
import type { Ledger } from '../ledger.ts';
import type { Alert, Change } from './alert.ts';

export type Outage = NonNullable<Alert['out_of_service']>;

export interface OutOfService {
  /** Replaces what holds for the same station and parameter. */
  put(
    entry: Pick<OutOfServiceAnswer, 'station' | 'parameter' | 'by' | 'reason' | 'until'>,
  ): OutOfServiceAnswer;
  end(id: number, by: string): OutOfServiceAnswer | 'unknown' | 'ended';
  get(id: number): OutOfServiceAnswer | null;
  /** Newest first; those that hold now, or all; of some stations only where they are named. */
  list(
    state: 'active' | 'all',
    before: number,
    limit: number,
    stations?: readonly string[],
  ): OutOfServiceAnswer[];
  /** What holds now for a point, null when it is in service. */
  of(station: string, parameter: string): Outage | null;
}

type Row = Omit<OutOfServiceAnswer, 'id'> & { readonly id: number };

const COLUMNS = 'id, station, parameter, by, reason, since, until, ended_at, ended_by';
const HOLDS = 'ended_at IS NULL AND (until IS NULL OR until > ?)';

export function createOutOfService(
  { db, transaction }: Ledger,
  catalog: Pick<Catalog, 'get'>,
  audit: Pick<Audit, 'record'>,
  now: () => number,
): OutOfService {
  const select = db.prepare(`SELECT ${COLUMNS} FROM alert_out_of_service WHERE id = ?`);
  const selectHolding = db.prepare(
    `SELECT by, reason, since, until FROM alert_out_of_service
     WHERE station = ? AND (parameter IS NULL OR parameter = ?) AND ${HOLDS} ORDER BY id DESC LIMIT 1`,
  );
  const selectList = db.prepare(
    `SELECT ${COLUMNS} FROM alert_out_of_service WHERE (? = 'all' OR ${HOLDS}) AND id < ?
     AND (? IS NULL OR station IN (SELECT value FROM json_each(?))) ORDER BY id DESC LIMIT ?`,
  );
  const selectSame = db.prepare(
    `SELECT ${COLUMNS} FROM alert_out_of_service WHERE station = ? AND parameter IS ? AND ${HOLDS}`,
  );
  const insert = db.prepare(
    'INSERT INTO alert_out_of_service (station, parameter, by, reason, since, until) VALUES (?, ?, ?, ?, ?, ?) RETURNING id',
  );
  const replace = db.prepare(
    `UPDATE alert_out_of_service SET ended_at = ?, ended_by = ? WHERE station = ? AND parameter IS ? AND ${HOLDS}`,
  );
  const close = db.prepare('UPDATE alert_out_of_service SET ended_at = ?, ended_by = ? WHERE id = ?');

  /** One whose time is over has ended then, by what was set. */
  const answer = (row: unknown): OutOfServiceAnswer => {
    const { id, ...entry } = row as Row;
    const over = entry.ended_at === null && entry.until !== null && entry.until <= now();
    return { id: String(id), ...entry, ...(over && { ended_at: entry.until }) };
  };
  const record = (
    action: string,
    { station, parameter }: OutOfServiceAnswer,
    before: OutOfServiceAnswer | null,
    after: OutOfServiceAnswer,
    reason: string | null,
  ): void =>
    audit.record({
      action: `out_of_service.${action}`,
      what: `out-of-service/${station}${parameter === null ? '' : `/${parameter}`}`,
      area: catalog.get(station)?.area.vi,
      before,
      after,
      reason,
    });
  return {
    put: ({ station, parameter, by, reason, until }) =>
      transaction(() => {
        const same = selectSame.get(station, parameter, now());
        replace.run(now(), by, station, parameter, now());
        const { id } = insert.get(station, parameter, by, reason, now(), until) as { id: number };
        const entry = answer(select.get(id));
        record('begin', entry, same === undefined ? null : answer(same), entry, reason);
        return entry;
      }),
    end: (id, by) =>
      transaction(() => {
        const row = select.get(id);
        if (row === undefined) return 'unknown';
        const before = answer(row);
        if (before.ended_at !== null) return 'ended';
        close.run(now(), by, id);
        const after = answer(select.get(id));
        record('end', after, before, after, null);
        return after;
      }),
    get(id) {
      const row = select.get(id);
      return row === undefined ? null : answer(row);
    },
    list(state, before, limit, stations) {
      const only = stations === undefined ? null : JSON.stringify(stations);
      return selectList.all(state, now(), before, only, only, limit).map(answer);
    },
    of: (station, parameter) =>
      (selectHolding.get(station, parameter, now()) as unknown as Outage | undefined) ?? null,
  };
}

/** What the service of its point does to an alert. */
export function stepService(alert: Alert, outage: Outage | null): Change | null {
  const before = alert.out_of_service;
  if (outage === null) {
    if (before === undefined) return null;
    return { alert: { ...alert, out_of_service: undefined }, kind: 'back in service', by: null };
  }
  if (before?.since === outage.since && before.by === outage.by) return null;
  return {
    alert: { ...alert, out_of_service: outage },
    kind: 'put out of service',
    by: outage.by,
    reason: outage.reason,
  };
}
