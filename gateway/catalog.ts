/** The stations and edges the gateway knows: what the edges announced, kept over restarts. */

import type { ParameterId } from '../devices/parameter.ts';
import {
  type EdgeStatus,
  type Inventory,
  type InventoryStation,
  inventoryStationSchema,
} from '../devices/wire/messages.ts';
import { createAudit } from './audit/audit.ts';
import { createStationChanges } from './audit/stations.ts';
import { createPeriods } from './books/periods.ts';
import { createPresence } from './books/presence.ts';
import { createToldHours } from './ioc/observations-hours.ts';
import type { Ledger } from './ledger.ts';
import { HOUR_MS } from './store/tally.ts';

export interface KnownStation extends InventoryStation {
  readonly edge: string;
  readonly parameterIds: ReadonlySet<ParameterId>;
}

export interface Catalog {
  get(station: string): KnownStation | undefined;
  all(): KnownStation[];
  /**
   * Takes over an edge's inventory, which is all of its stations: one that is not in it any more is withdrawn (its
   * readings stay). Stations that belong to another edge are left out and named.
   */
  announce(
    edge: string,
    inventory: Inventory,
  ): { readonly changed: KnownStation[]; readonly foreign: string[] };
  setEdgeStatus(edge: string, status: EdgeStatus): void;
  edge(name: string): KnownEdge | undefined;
  edges(): KnownEdge[];
}

export interface KnownEdge {
  readonly name: string;
  /** What it told last. */
  readonly status: EdgeStatus;
  /** When, epoch ms. */
  readonly at: number;
}

/** Told within the transaction that takes it over. */
export interface CatalogNews {
  edge(name: string, online: boolean): void;
  withdrawn(station: KnownStation): void;
}

export function createCatalog(ledger: Ledger, now: () => number, news?: CatalogNews): Catalog {
  const { db } = ledger;
  const periods = createPeriods(ledger);
  const presence = createPresence(ledger);
  const toldHours = createToldHours(ledger);
  const changes = createStationChanges(createAudit(ledger, now), now);
  const upsert = db.prepare(
    'INSERT INTO station VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body, announced_at = excluded.announced_at',
  );
  const remove = db.prepare('DELETE FROM station WHERE id = ?');
  const upsertEdge = db.prepare(
    'INSERT INTO edge VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET status = excluded.status, at = excluded.at',
  );
  const selectEdge = db.prepare('SELECT name, status, at FROM edge WHERE name = ?');
  const edgeOf = (row: Record<string, unknown>) => {
    const { name, status, at } = row as { name: string; status: string; at: number };
    return { name, status: JSON.parse(status) as EdgeStatus, at };
  };
  const selectEdges = db.prepare('SELECT name, status, at FROM edge ORDER BY name');
  // Nobody is connected yet; whoever comes tells that it is.
  for (const edge of selectEdges.all().map(edgeOf)) {
    const offline = { ...edge.status, online: false };
    ledger.transaction(() => {
      presence.heard(edge.name, edge, offline, now());
      upsertEdge.run(edge.name, JSON.stringify(offline), edge.at);
    });
  }
  const stations = new Map<string, KnownStation>();
  const known = (edge: string, station: InventoryStation): KnownStation => ({
    ...station,
    edge,
    parameterIds: new Set(station.parameters.map(({ id }) => id)),
  });
  for (const row of db.prepare('SELECT edge, body FROM station ORDER BY id').all()) {
    const { edge, body } = row as { edge: string; body: string };
    const station = known(edge, inventoryStationSchema.parse(JSON.parse(body)));
    stations.set(station.id, station);
  }

  return {
    get: (id) => stations.get(id),
    all: () => [...stations.values()],
    announce(edge, inventory) {
      const own = inventory.stations.filter(({ id }) => (stations.get(id)?.edge ?? edge) === edge);
      const foreign = inventory.stations.filter((station) => !own.includes(station)).map(({ id }) => id);
      const kept = new Set(own.map(({ id }) => id));
      const withdrawn = [...stations.values()].filter(
        (station) => station.edge === edge && !kept.has(station.id),
      );
      ledger.transaction(() => {
        for (const station of withdrawn) {
          remove.run(station.id);
          news?.withdrawn(station);
          changes.tell(edge, station, null);
        }
        for (const station of own) {
          upsert.run(station.id, edge, JSON.stringify(station), now());
          changes.tell(edge, stations.get(station.id) ?? null, station);
        }
        periods.announce(
          own,
          withdrawn.map(({ id }) => id),
          now(),
        );
        toldHours.begin(
          own.map(({ id }) => id),
          now() - (now() % HOUR_MS),
        );
      });
      for (const { id } of withdrawn) stations.delete(id);
      const changed = own.map((station) => known(edge, station));
      for (const station of changed) stations.set(station.id, station);
      return { changed, foreign };
    },
    setEdgeStatus: (edge, status) => {
      const row = selectEdge.get(edge);
      ledger.transaction(() => {
        presence.heard(edge, row && edgeOf(row), status, now());
        upsertEdge.run(edge, JSON.stringify(status), now());
        news?.edge(edge, status.online);
      });
    },
    edge: (name) => {
      const row = selectEdge.get(name);
      return row && edgeOf(row);
    },
    edges: () => selectEdges.all().map(edgeOf),
  };
}
