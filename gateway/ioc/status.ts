/**
 * What the feed tells of stations and edges: a record when it changes. What was told last is in the ledger and is written
 * with the record, so that a kill neither repeats nor forgets one.
 */
import type { StationKind } from '../../devices/word.ts';
import type { Finding } from '../alerts/silence.ts';
import type { Ledger } from '../ledger.ts';
import type { Feed } from './feed.ts';

interface Station {
  readonly id: string;
  readonly kind: StationKind;
}

interface Edge {
  readonly name: string;
  readonly status: { readonly online: boolean };
}

export interface StatusRecords {
  /** Call it in the transaction that takes a status of an edge over. */
  edge(name: string, online: boolean): void;
  /** Call it in the transaction in which a station is withdrawn. */
  withdrawn(station: Station): void;
  /**
   * Tells which stations report and which have fallen silent, as the silence of alerts judges it (docs/alerts.md), and
   * which edges have not come back after a start of the gateway.
   */
  look(stations: readonly Station[], findings: readonly Finding[], edges: () => readonly Edge[]): void;
  /** Stations of which it was told last that they report. */
  reporting(): number;
}

/** After a start of the gateway edges have to come back first: that they were away meanwhile is no news. */
const RETURN_MS = 60_000;

export function createStatusRecords(
  { db, transaction }: Ledger,
  feed: Pick<Feed, 'append'>,
  now: () => number,
): StatusRecords {
  const startedAt = now();
  let returned = false;
  const select = db.prepare('SELECT status FROM feed_status WHERE subject = ?');
  const upsert = db.prepare(
    'INSERT INTO feed_status VALUES (?, ?) ON CONFLICT DO UPDATE SET status = excluded.status',
  );
  const count = db.prepare(
    "SELECT count(*) AS stations FROM feed_status WHERE subject GLOB 'station/*' AND status = 'reporting'",
  );
  const told = (subject: string): unknown => select.get(subject)?.status;

  const station = ({ id, kind }: Station, status: 'reporting' | 'silent' | 'withdrawn'): void => {
    const subject = `station/${id}`;
    if (told(subject) === status) return;
    transaction(() => {
      upsert.run(subject, status);
      feed.append({ kind: 'station.status', station: { id, kind, status } });
    });
  };
  const edge = (name: string, online: boolean): void => {
    const subject = `edge/${name}`;
    const status = online ? 'online' : 'offline';
    if (told(subject) === status) return;
    transaction(() => {
      upsert.run(subject, status);
      feed.append({ kind: 'edge.status', edge: { name, online } });
    });
  };

  return {
    edge,
    withdrawn: (one) => station(one, 'withdrawn'),
    look(stations, findings, edges) {
      const silences = new Map(
        findings.map(({ about, silent }) => [about?.kind === 'station' ? about.id : '', silent]),
      );
      transaction(() => {
        for (const one of stations) {
          const silent = silences.get(one.id) ?? null;
          if (silent !== null) station(one, silent ? 'silent' : 'reporting');
        }
        if (returned || now() - startedAt < RETURN_MS) return;
        // From now on each tells its changes itself.
        for (const { name, status } of edges()) edge(name, status.online);
      });
      returned ||= now() - startedAt >= RETURN_MS;
    },
    reporting: () => Number(count.get()?.stations),
  };
}
