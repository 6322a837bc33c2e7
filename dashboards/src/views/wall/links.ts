/** How the edges of the seen stations are, by what every role may know: their stations' signal, and alerts about them. Pure. */
import { isDerived, isParameter } from '../../../../devices/parameter.ts';
import type { AlertAnswer, LatestReading, StationAnswer } from '../../../../devices/wire/api.ts';
import type { StationReadings, StationState } from '../../judge.ts';

export interface SeenStation {
  readonly station: StationAnswer;
  readonly state: StationState;
  readonly readings: StationReadings;
}

export interface EdgeLink {
  readonly name: string;
  readonly stations: number;
  readonly silent: number;
  /** Time of the newest reading of all its stations, epoch ms; null: there is none. */
  readonly newestAt: number | null;
  /** Since when the gateway misses it, epoch ms; null: it is there. */
  readonly awaySince: number | null;
}

/** What is derived says nothing of a line: it is worked out of a silent station, too. */
const isMeasured = ({ parameter }: LatestReading): boolean =>
  !(isParameter(parameter) && isDerived(parameter));

const newestOf = (readings: StationReadings): number =>
  Math.max(Number.NEGATIVE_INFINITY, ...[...readings.values()].filter(isMeasured).map(({ at }) => at));

/** `away`: nothing comes from it, or the gateway says that it is gone. */
export const linkState = ({ awaySince, silent, stations }: EdgeLink): 'away' | 'partly' | 'well' =>
  awaySince !== null || silent === stations ? 'away' : silent > 0 ? 'partly' : 'well';

/** Those that need a hand first, then by name. */
export function edgeLinks(seen: readonly SeenStation[], alerts: readonly AlertAnswer[]): EdgeLink[] {
  const away = new Map(
    alerts.flatMap(({ about, opened_at }) => (about?.kind === 'edge' ? [[about.id, opened_at]] : [])),
  );
  const order = new Intl.Collator('vi', { numeric: true });
  return [...Map.groupBy(seen, ({ station }) => station.edge)]
    .map(([name, own]): EdgeLink => {
      const newest = Math.max(...own.map(({ readings }) => newestOf(readings)));
      return {
        name,
        stations: own.length,
        silent: own.filter(({ state, station }) => state === 'silent' || station.status === 'silent').length,
        newestAt: Number.isFinite(newest) ? newest : null,
        awaySince: away.get(name) ?? null,
      };
    })
    .sort(
      (one, other) =>
        Number(other.awaySince !== null) - Number(one.awaySince !== null) ||
        other.silent - one.silent ||
        order.compare(one.name, other.name),
    );
}
