/**
 * The limits of the stations: those of the edge's file, until an operator sets others. What is in force is one document a
 * station with a version number, told to its edge and to flows as a retained message.
 */
import { isDeepStrictEqual } from 'node:util';
import { FIRE_LIMIT } from '../../devices/fire/report.ts';
import type { Limit } from '../../devices/limit.ts';
import { isDerived } from '../../devices/parameter.ts';
import { type LimitsMessage, limitKey } from '../../devices/wire/messages.ts';
import { GATEWAY } from '../alerts/alert.ts';
import type { AlertBook } from '../alerts/book.ts';
import { createAudit } from '../audit/audit.ts';
import { difference } from '../audit/content.ts';
import type { Catalog, KnownStation } from '../catalog.ts';
import type { Ledger } from '../ledger.ts';
import { type Removed, removalBy, removedAfter, removedIn } from './removed.ts';
import { createLimitVersions, type LimitVersion } from './versions.ts';

export interface LimitChange {
  /** The version that the person saw. */
  readonly basedOn: number;
  readonly by: string;
  readonly reason: string;
  readonly limits: readonly Limit[];
}

/** What the edge of a station steps. */
export interface EdgeLimits {
  /** 0: those of its own file. */
  readonly version: number;
  /** Epoch ms by the edge's clock; null when it is not known. */
  readonly since: number | null;
}

export type LimitSource = 'file' | 'operator';

export interface StationLimits {
  inForce(station: KnownStation): LimitVersion;
  /** Of each limit in force, by its key: the same as in the edge's file, or an operator's. */
  sources(station: KnownStation): Readonly<Record<string, LimitSource>>;
  atEdge(station: KnownStation): EdgeLimits;
  /** Those below this version, newest first. */
  versions(station: KnownStation, below: number, count: number): LimitVersion[];
  /** On disk, told to edge and flows on return; `outdated` when another change was faster. */
  change(station: KnownStation, change: LimitChange): 'changed' | 'outdated';
  /** To the broker: all that operators have set. */
  publishAll(): void;
  /** An edge has announced these stations, maybe with other limits in its file. */
  announced(stations: readonly KnownStation[]): void;
  /** An edge has told its status, and with it which versions it has taken over. */
  heard(edge: string): void;
}

export interface StationLimitsParts {
  readonly ledger: Ledger;
  readonly catalog: Catalog;
  readonly alerts: Pick<AlertBook, 'standing' | 'withdraw'>;
  readonly now: () => number;
  /** Retained. */
  publish(station: string, message: LimitsMessage): void;
  /** An operator has changed the limits of this station. */
  onChange?(station: string): void;
}

/** Why these limits cannot be this station's, by the place of the first fault; null when they can. */
export function limitsFault(station: KnownStation, limits: readonly Limit[]): string | null {
  for (const [index, { parameter, kind, name }] of limits.entries()) {
    if (parameter === 'fire_detection' && name === FIRE_LIMIT)
      return `limits/${index}/name: "${FIRE_LIMIT}" is the alarm of the fire rules of a post: choose another name`;
    if (!station.parameterIds.has(parameter) && !isDerived(parameter))
      return `limits/${index}/parameter: no instrument of ${station.id} gives ${parameter}`;
    if (kind === 'stale' && isDerived(parameter))
      return `limits/${index}/kind: ${parameter} is derived: what can be silent are the parameters that it is made from`;
  }
  return null;
}

export function createStationLimits(parts: StationLimitsParts): StationLimits {
  const { ledger, catalog, alerts, now, publish, onChange } = parts;
  const versions = createLimitVersions(ledger);
  const audit = createAudit(ledger, now);
  /** What operators have set, by station. */
  const newest = new Map<string, LimitVersion>();
  const removed = new Map<string, Removed>();
  const ofFile = new Map(catalog.all().map(({ id, limits = [] }) => [id, limits]));
  for (const station of versions.stations()) {
    const all = versions.all(station);
    const last = all.at(-1);
    if (last !== undefined) newest.set(station, last);
    removed.set(station, removedIn(all));
  }

  const fileVersion = (station: KnownStation): LimitVersion => ({
    version: 0,
    at: null,
    by: null,
    reason: null,
    limits: station.limits ?? [],
  });
  const inForce = (station: KnownStation): LimitVersion => newest.get(station.id) ?? fileVersion(station);
  const atEdge = ({ id, edge }: KnownStation): EdgeLimits =>
    catalog.edge(edge)?.status.limits?.find(({ station }) => station === id) ?? { version: 0, since: null };
  const tell = (station: string, { version, at, limits }: LimitVersion): void =>
    publish(station, { version, at: at ?? 0, limits: [...limits] });

  /** Neither its edge nor the gateway reports on a limit that is gone: a person took it away, so that is what the alert says. */
  function withdrawAlerts({ id, edge }: KnownStation): void {
    const gone = removed.get(id);
    if (gone === undefined || gone.size === 0) return;
    for (const alert of alerts.standing()) {
      if (alert.station !== id) continue;
      const removal = gone.get(limitKey({ parameter: alert.parameter, name: alert.limit }));
      if (removal === undefined) continue;
      for (const reporter of [edge, GATEWAY])
        if (alert.reporters.includes(reporter))
          alerts.withdraw(Number(alert.id), reporter, removal.by, removal.text);
    }
  }

  return {
    inForce,
    atEdge,
    sources(station) {
      const { version, limits } = inForce(station);
      const isOfFile = (limit: Limit): boolean =>
        version === 0 || (station.limits ?? []).some((own) => isDeepStrictEqual(own, limit));
      return Object.fromEntries(
        limits.map((limit) => [limitKey(limit), isOfFile(limit) ? 'file' : 'operator']),
      );
    },
    versions: (station, below, count) => versions.before(station.id, below, count),
    change(station, { basedOn, by, reason, limits }) {
      const before = inForce(station);
      if (before.version !== basedOn) return 'outdated';
      const next = { version: basedOn + 1, at: now(), by, reason, limits };
      ledger.transaction(() => {
        // What the file had is kept as it was, so that one can go back to it.
        if (basedOn === 0) versions.add(station.id, before);
        versions.add(station.id, next);
        audit.record({
          action: 'limits.set',
          what: `limits/${station.id}`,
          area: station.area.vi,
          ...difference(byKey(before), byKey(next)),
          reason,
        });
      });
      newest.set(station.id, next);
      const gone = removed.get(station.id) ?? new Map();
      removed.set(station.id, removedAfter(gone, before.limits, limits, removalBy(next)));
      tell(station.id, next);
      withdrawAlerts(station);
      onChange?.(station.id);
      return 'changed';
    },
    publishAll() {
      for (const [station, version] of newest) tell(station, version);
    },
    announced(stations) {
      for (const station of stations) {
        const { id, edge, limits = [] } = station;
        const before = ofFile.get(id) ?? [];
        ofFile.set(id, limits);
        if (newest.has(id)) continue;
        const removal = { by: edge, text: `limit removed from the file of ${edge}` };
        removed.set(id, removedAfter(removed.get(id) ?? new Map(), before, limits, removal));
        withdrawAlerts(station);
      }
    },
    heard(edge) {
      for (const id of removed.keys()) {
        const station = catalog.get(id);
        // An alarm of the limits before may have been under way; an edge that still steps those is right to raise more.
        if (station?.edge === edge && atEdge(station).version === inForce(station).version)
          withdrawAlerts(station);
      }
    },
  };
}

/** Every version is kept whole in its own table: the audit log tells what differs. */
const byKey = ({ version, limits }: LimitVersion): object => ({
  version,
  ...Object.fromEntries(limits.map((limit) => [limitKey(limit), limit])),
});
