/** What a station's state is at a glance: the worst of its alerts, its signal and its data's quality. Pure. */
import { isDerived, isParameter } from '../../devices/parameter.ts';
import { isStale, staleAfterMs } from '../../devices/quality.ts';
import type { AlertAnswer, LatestReading, StationAnswer } from '../../devices/wire/api.ts';

/** From worst to best. */
export const WORST_FIRST = ['critical', 'warning', 'notice', 'silent', 'doubtful', 'new', 'ok'] as const;
export type StationState = (typeof WORST_FIRST)[number];

export type StationReadings = ReadonlyMap<string, LatestReading>;

/** QARTOD: 1 good; 2 not evaluated says nothing against the value. */
const isDoubtful = (reading: LatestReading): boolean =>
  reading.flag === 3 || reading.flag === 4 || reading.flag === 9;

export const rank = (state: StationState): number => WORST_FIRST.indexOf(state);

export interface Judged {
  readonly state: StationState;
  /** Until when (epoch ms) it stays so when nothing new comes: a value turns stale, or the station silent. */
  readonly until: number;
}

export function judgeStation(
  station: StationAnswer,
  readings: StationReadings,
  alerts: Iterable<AlertAnswer>,
  now: number,
): Judged {
  let worst: StationState = 'ok';
  let until = Number.POSITIVE_INFINITY;
  const consider = (state: StationState): void => {
    if (rank(state) < rank(worst)) worst = state;
  };
  for (const alert of alerts) {
    if (alert.station === station.id && alert.state !== 'cleared') consider(alert.level);
  }
  if (readings.size === 0 && station.status === 'new') consider('new');
  let fresh = 0;
  for (const { id, period_s } of station.parameters) {
    const reading = readings.get(id);
    // What is derived says nothing of the signal: it is worked out of a silent station, too.
    if (!reading || (isParameter(id) && isDerived(id))) continue;
    const stale = isStale(reading.at, period_s, now);
    const silentFrom = reading.at + Math.max(3 * period_s, 60) * 1000;
    if (isDoubtful(reading) || stale) consider('doubtful');
    if (now > silentFrom) continue;
    fresh += 1;
    until = Math.min(until, stale ? silentFrom : reading.at + staleAfterMs(period_s));
  }
  // As the gateway judges it: nothing newer than three periods, at least 60 s.
  if (readings.size > 0 && fresh === 0) consider('silent');
  return { state: worst, until };
}

export const stationState = (...of: Parameters<typeof judgeStation>): StationState =>
  judgeStation(...of).state;

const HEADLINES: Readonly<Record<StationAnswer['kind'], readonly string[]>> = {
  air: ['pm2_5', 'pm10', 'co', 'no2', 'o3', 'so2'],
  water: ['dissolved_oxygen', 'ph', 'water_level', 'turbidity', 'water_temperature'],
  weather: ['air_temperature', 'relative_humidity', 'rain_rate', 'wind_speed'],
  fire: ['air_temperature', 'relative_humidity', 'smoke', 'wind_speed'],
  traffic: ['traffic_flow', 'traffic_speed', 'occupancy'],
};

/** The parameters that stand for a station in few words: those with an open alert, then the usual of its kind. */
export function headlines(station: StationAnswer, alerting: ReadonlySet<string>, count: number): string[] {
  const own = station.parameters.map(({ id }) => id);
  const usual = HEADLINES[station.kind].filter((id) => own.includes(id));
  const order = new Set([...own.filter((id) => alerting.has(id)), ...usual, ...own]);
  return [...order].slice(0, count);
}
