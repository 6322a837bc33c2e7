/** What the traffic view asks of the gateway. */
import { DAY_MS, HOUR_MS } from '../../../../devices/local-time.ts';
import type { DerivedValueAnswer, ReadingsAnswer } from '../../../../devices/wire/api.ts';
import { get } from '../../api.ts';
import { type Hours, hoursOf, type Metric, serviceHours, usualHours, WEEKS } from './day-hours.ts';

const HOUR_S = HOUR_MS / 1000;
/** Questions at once: a browser keeps six connections, and one is the stream's. */
const AT_ONCE = 4;

export async function hoursOfDay(
  station: string,
  metric: Metric,
  dayFrom: number,
  signal: AbortSignal,
): Promise<Hours> {
  const series = { station, parameter: metric };
  if (metric === 'level_of_service') {
    // A value is labelled by the end of its five minutes: that of midnight belongs to the day before.
    const range = { from: dayFrom + 1, to: dayFrom + DAY_MS + 1 };
    const { points } = await get<ReadingsAnswer>('/readings', { ...series, ...range }, signal);
    return serviceHours(points, dayFrom);
  }
  const range = { from: dayFrom, to: dayFrom + DAY_MS, every: HOUR_S };
  const { points } = await get<ReadingsAnswer>('/readings', { ...series, ...range }, signal);
  return hoursOf(points, dayFrom);
}

/** Of all these roads, in their order. */
export async function hoursOfRoads(
  stations: readonly string[],
  metric: Metric,
  dayFrom: number,
  signal: AbortSignal,
): Promise<readonly Hours[]> {
  const all: Hours[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < stations.length) {
      const index = next++;
      all[index] = await hoursOfDay(stations[index] as string, metric, dayFrom, signal);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return all;
}

export interface RoadDay {
  readonly hours: Readonly<Record<Metric, Hours>>;
  readonly usual: Hours;
  /** What the gateway says of the newest level of service, where it publishes none. */
  readonly derived: readonly DerivedValueAnswer[];
}

/** Everything of one road's day; `compared`: of what the usual day is. */
export async function roadDay(
  station: string,
  dayFrom: number,
  compared: Exclude<Metric, 'level_of_service'>,
  signal: AbortSignal,
): Promise<RoadDay> {
  const of = (metric: Metric) => hoursOfDay(station, metric, dayFrom, signal);
  const before = {
    ...{ station, parameter: compared, every: HOUR_S },
    ...{ from: dayFrom - WEEKS * 7 * DAY_MS, to: dayFrom - 6 * DAY_MS },
  };
  const [flow, speed, occupancy, service, { points }, { values }] = await Promise.all([
    of('traffic_flow'),
    of('traffic_speed'),
    of('occupancy'),
    of('level_of_service'),
    get<ReadingsAnswer>('/readings', before, signal),
    get<{ values: DerivedValueAnswer[] }>(`/stations/${encodeURIComponent(station)}/derived`, {}, signal),
  ]);
  return {
    hours: { traffic_flow: flow, traffic_speed: speed, occupancy, level_of_service: service },
    usual: usualHours(points, dayFrom),
    derived: values,
  };
}
