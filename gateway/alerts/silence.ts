/**
 * What has fallen silent: edges, stations, flows. The gateway raises an alert of its own about each after a sensible
 * time; what follows from a silence is inhibited as soon as it begins.
 */
import type { Catalog, KnownStation } from '../catalog.ts';
import { type LiveReadings, silentAfterMs } from '../live.ts';
import type { Alert } from './alert.ts';
import type { FlowsHeard } from './flows-heard.ts';
import type { AlertSettings } from './settings.ts';

export interface Finding extends Pick<Alert, 'key' | 'station' | 'limit'> {
  readonly about: NonNullable<Alert['about']>;
  /** Of its last word, epoch ms. */
  readonly since: number;
  /** null: silent, and not long enough to say so; an alert that stands already stays. */
  readonly silent: boolean | null;
}

export type CauseOf = (alert: Pick<Alert, 'station' | 'about'>) => string | null;

export interface Silence {
  /** One for each edge with stations, each station and, once they were heard, the flows. */
  findings(): Finding[];
  /** Answers for this moment: key of the silence that explains an alert, null when nothing does. */
  causes(): CauseOf;
}

export interface SilenceParts {
  readonly catalog: Catalog;
  readonly live: LiveReadings;
  readonly flows: Pick<FlowsHeard, 'last'>;
  readonly settings: AlertSettings;
  readonly now: () => number;
}

/** After a start of the gateway everybody has to come back first. */
const RETURN_MS = 60_000;

/** Of the alert that an edge is away. */
export const edgeKey = (edge: string): string => `edge/${edge}`;
const stationKey = (station: string): string => `station/${station}`;

export function createSilence({ catalog, live, flows, settings, now }: SilenceParts): Silence {
  const startedAt = now();
  const longSince = (since: number, afterS: number): true | null =>
    now() - since >= afterS * 1000 && now() - startedAt >= RETURN_MS ? true : null;

  /** Time of the newest reading of any point; null: none is known. */
  const newestOf = (station: KnownStation): number | null => {
    const times = station.parameters.flatMap(({ id }) => live.get(station.id, id)?.at ?? []);
    return times.length === 0 ? null : Math.max(...times);
  };
  const isFresh = (station: KnownStation): boolean =>
    station.parameters.some(({ id, period_s }) => {
      const reading = live.get(station.id, id);
      return reading !== undefined && now() - reading.at <= silentAfterMs(period_s);
    });
  const ownStations = (edge: string): KnownStation[] =>
    catalog.all().filter((station) => station.edge === edge);

  /** Since when an edge is away, or connected and yet brings nothing of several stations; null when it is there. */
  const edgeSilentSince = (edge: string): { since: number; afterS: number } | null => {
    const known = catalog.edge(edge);
    if (known && !known.status.online) return { since: known.at, afterS: settings.edge_away_after_s };
    const seen = ownStations(edge).filter((station) => newestOf(station) !== null);
    if (seen.length < 2 || seen.some(isFresh)) return null;
    const since = Math.max(...seen.map((station) => newestOf(station) ?? 0));
    return { since, afterS: settings.station_silent_after_s };
  };

  const edgeFinding = (edge: string): Finding => {
    const silence = edgeSilentSince(edge);
    return {
      key: edgeKey(edge),
      about: { kind: 'edge', id: edge },
      station: '',
      limit: 'edge-away',
      since: silence?.since ?? now(),
      silent: silence === null ? false : longSince(silence.since, silence.afterS),
    };
  };
  const stationFinding = (station: KnownStation): Finding => {
    const newest = newestOf(station);
    return {
      key: stationKey(station.id),
      about: { kind: 'station', id: station.id },
      station: station.id,
      limit: 'station-silent',
      since: newest ?? now(),
      // Of a station that nothing is known of, a new one or the store does not answer, nothing is said.
      silent:
        newest === null
          ? null
          : isFresh(station)
            ? false
            : longSince(newest, settings.station_silent_after_s),
    };
  };
  const flowsFinding = (): Finding[] => {
    const heard = flows.last();
    if (heard === null) return [];
    const away = !heard.online || now() - heard.at > settings.flows_silent_after_s * 1000;
    const silent = away ? longSince(heard.at, settings.flows_silent_after_s) : false;
    const about = { kind: 'flows', id: 'flows' } as const;
    return [{ key: 'flows', about, station: '', limit: 'flows-silent', since: heard.at, silent }];
  };

  return {
    findings() {
      const edges = new Set(catalog.all().map(({ edge }) => edge));
      return [...[...edges].map(edgeFinding), ...catalog.all().map(stationFinding), ...flowsFinding()];
    },
    causes() {
      // An edge or a station is asked about once for each of its points.
      const known = new Map<string, boolean>();
      const isSilent = (key: string, ask: () => boolean): boolean => {
        const silent = known.get(key) ?? ask();
        known.set(key, silent);
        return silent;
      };
      return ({ station: id, about }) => {
        const station = catalog.get(id);
        if (station === undefined) return null;
        const edge = edgeKey(station.edge);
        if (isSilent(edge, () => edgeSilentSince(station.edge) !== null)) return edge;
        if (about !== undefined) return null;
        const own = stationKey(id);
        return isSilent(own, () => newestOf(station) !== null && !isFresh(station)) ? own : null;
      };
    },
  };
}
