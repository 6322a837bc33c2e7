/**
 * What edges tell of the readings that have not come (`{edge}/account`). What waits there is known while the edge is
 * connected and forgotten with the gateway's process: each connection tells it anew. What was lost is kept.
 */
import { isParameter, type ParameterId } from '../../devices/parameter.ts';
import type { Account, LossCause, Waiting } from '../../devices/wire/messages.ts';
import type { Ledger } from '../ledger.ts';
import { HOUR_MS } from '../store/tally.ts';

export interface StationWaiting {
  /** When the edge told it, by the gateway's clock. */
  readonly toldAt: number;
  readonly entries: readonly Waiting[];
}

export interface StationLoss {
  /** null: it is not known which. */
  readonly parameter: ParameterId | null;
  readonly hour: number;
  readonly cause: LossCause;
  readonly count: number;
}

export interface EdgeAccounts {
  /**
   * Takes an edge's account over; a repeat of a report changes nothing. `owns` says whether a station is the edge's: of
   * others it has nothing to tell.
   */
  take(edge: string, account: Account, owns: (station: string) => boolean): void;
  /** The edge went away: what it had is not what it has. */
  forget(edge: string): void;
  /** undefined: the edge has told nothing since it is connected. */
  waiting(edge: string, station: string): StationWaiting | undefined;
  /** Of hours within from ≤ hour < to. */
  losses(station: string, from: number, to: number): StationLoss[];
}

/** As long as readings are kept by default. */
const KEPT_MS = 400 * 24 * HOUR_MS;

/** Outbox files of an edge whose reports are remembered: it gets a new one when its disk is changed or damaged. */
const MOST_OUTBOXES = 20;

export function createEdgeAccounts(ledger: Ledger, now: () => number): EdgeAccounts {
  const { db } = ledger;
  const told = new Map<string, { readonly at: number; readonly stations: Map<string, Waiting[]> }>();
  const lastReport = db.prepare('SELECT number FROM edge_loss_report WHERE edge = ? AND outbox = ?');
  const setReport = db.prepare(
    `INSERT INTO edge_loss_report VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET number = excluded.number, at = excluded.at`,
  );
  const pruneReports = db.prepare(
    `DELETE FROM edge_loss_report WHERE edge = ?1 AND outbox NOT IN
       (SELECT outbox FROM edge_loss_report WHERE edge = ?1 ORDER BY at DESC LIMIT ${MOST_OUTBOXES})`,
  );
  const add = db.prepare(
    `INSERT INTO edge_loss VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET readings = readings + excluded.readings`,
  );
  const prune = db.prepare('DELETE FROM edge_loss WHERE station = ? AND hour < ?');
  const select = db.prepare(
    `SELECT hour, parameter, cause, readings AS count FROM edge_loss WHERE station = ? AND hour >= ? AND hour < ?`,
  );

  function takeLosses(
    edge: string,
    { outbox, number, entries }: NonNullable<Account['lost']>,
    owns: (station: string) => boolean,
  ): void {
    ledger.transaction(() => {
      if (Number(lastReport.get(edge, outbox)?.number ?? 0) >= number) return;
      setReport.run(edge, outbox, number, now());
      pruneReports.run(edge);
      const own = entries.filter(({ station }) => owns(station));
      for (const { station, hour, parameter, cause, readings } of own)
        add.run(station, hour, parameter ?? '', cause, readings);
      for (const station of new Set(own.map((entry) => entry.station))) prune.run(station, now() - KEPT_MS);
    });
  }

  return {
    take(edge, { waiting, lost }, owns) {
      if (lost) takeLosses(edge, lost, owns);
      if (!waiting) return;
      const own = waiting.filter(({ station }) => owns(station));
      told.set(edge, { at: now(), stations: Map.groupBy(own, ({ station }) => station) });
    },
    forget: (edge) => void told.delete(edge),
    waiting(edge, station) {
      const account = told.get(edge);
      return account && { toldAt: account.at, entries: account.stations.get(station) ?? [] };
    },
    losses: (station, from, to) =>
      select.all(station, from, to).map((row) => {
        const { hour, parameter, cause, count } = row as Record<string, unknown>;
        return {
          hour: Number(hour),
          parameter: isParameter(String(parameter)) ? (parameter as ParameterId) : null,
          cause: cause as LossCause,
          count: Number(count),
        };
      }),
  };
}
