/**
 * Traffic stations, by intervals of five minutes: density, level of service and congestion against the site's own free-flow
 * speed, which is worked out every morning from the speeds of its nights.
 */
import { DAY_MS, dayStart, HOUR_MS } from '../../devices/local-time.ts';
import {
  type CongestionState,
  freeFlowSpeed,
  initialCongestion,
  stepCongestion,
} from '../../devices/methods/congestion.ts';
import { freewayService, serviceNumber } from '../../devices/methods/level-of-service.ts';
import { densityFromFlow, densityFromOccupancy } from '../../devices/methods/traffic.ts';
import type { DerivationInput } from '../../devices/wire/api.ts';
import type { Text } from '../../devices/word.ts';
import type { KnownStation } from '../catalog.ts';
import { type DerivedValue, published, short, withheld } from './derived-value.ts';
import { createMemories } from './memory.ts';
import { meanOfStep, type Sampled, samplesByStep } from './samples.ts';
import type { TrafficSettings, TrafficSite } from './settings.ts';
import type { Kind, Sources, Stretch } from './sources.ts';

const INTERVAL_MS = 5 * 60_000;

const INPUTS = ['traffic_flow', 'traffic_speed', 'occupancy'] as const;
type Input = (typeof INPUTS)[number];

/** As long as late data may come, the states of the intervals are kept to go on from. */
const REMEMBERED_MS = 40 * DAY_MS;

/** A free-flow speed older than this is no word about the site as it is now. */
const FREE_FLOW_HOLDS_MS = 30 * DAY_MS;

export const traffic: Kind = {
  stepMs: INTERVAL_MS,
  inputs: INPUTS,
  async derive(sources, station, stretch) {
    if (!station.parameterIds.has('traffic_speed')) return { values: [] };
    const { traffic: settings } = sources.settings;
    const memories = createMemories<CongestionState>(sources.derived);
    const intervals = await intervalsOf(sources, station, stretch);
    const mornings = await freeFlowOf(sources, station, stretch);
    const freeFlows = withKept(sources, station.id, stretch, mornings);
    const changed = new Map<number, CongestionState>();
    const values: DerivedValue[] = [...mornings];
    let state = memories.get(station.id, stretch.from) ?? initialCongestion;
    for (const interval of intervals) {
      const free = newestFreeFlow(freeFlows, interval.at);
      state = stepCongestion(
        state,
        { ...interval, intervalS: INTERVAL_MS / 1000 },
        free?.value ?? null,
        settings.congestion,
      );
      changed.set(interval.at, state);
      values.push(
        ...ofInterval(station.id, interval, settings.sites),
        congestionOf(station.id, interval, free, state),
      );
    }
    const keep = (): void => {
      memories.put(station.id, changed);
      memories.forget(station.id, stretch.from - REMEMBERED_MS);
    };
    return { values, keep };
  },
};

interface Interval {
  /** Its end, epoch ms. */
  readonly at: number;
  readonly speedKmh: number | null;
  readonly flowPerHour: number | null;
  readonly occupancyPercent: number | null;
  readonly inputs: DerivationInput[];
}

/** Late data change the intervals after them, too: a congestion that they begin goes on until traffic clears it. */
async function intervalsOf(
  { store, settings, periodsOf }: Sources,
  station: KnownStation,
  { from, to, until }: Stretch,
): Promise<Interval[]> {
  const end = Math.min(until, to + DAY_MS);
  const samples = new Map<Input, Map<number, Sampled>>();
  for (const parameter of INPUTS) {
    if (!station.parameterIds.has(parameter)) continue;
    const spans = periodsOf(station.id).get(parameter) ?? [];
    const stretch = { from, to: end, stepMs: INTERVAL_MS };
    samples.set(parameter, await samplesByStep(store, { station: station.id, parameter }, spans, stretch));
  }
  const intervals: Interval[] = [];
  for (let start = from; start < end; start += INTERVAL_MS) {
    const at = start + INTERVAL_MS;
    const inputs: DerivationInput[] = [];
    const meanOf = (parameter: Input): number | null => {
      const sampled = samples.get(parameter)?.get(start);
      if (sampled === undefined) return null;
      const mean = meanOfStep(sampled, settings.completeness);
      const { have, of } = sampled;
      inputs.push({ parameter, from: start, at, value: mean === null ? null : short(mean), have, of });
      return mean;
    };
    const [flowPerHour, speedKmh, occupancyPercent] = [
      meanOf('traffic_flow'),
      meanOf('traffic_speed'),
      meanOf('occupancy'),
    ];
    intervals.push({ at, flowPerHour, speedKmh, occupancyPercent, inputs });
  }
  return intervals;
}

function ofInterval(station: string, interval: Interval, sites: readonly TrafficSite[]): DerivedValue[] {
  const { at, flowPerHour, speedKmh, occupancyPercent, inputs } = interval;
  const site = sites.find((one) => one.station === station);
  const density = { station, parameter: 'traffic_density', at } as const;
  const service = { station, parameter: 'level_of_service', at } as const;
  const byFlow = flowPerHour === null || speedKmh === null ? null : densityFromFlow(flowPerHour, speedKmh);
  const lengthM = site?.vehicle_and_detector_m;
  const byOccupancy =
    occupancyPercent === null || lengthM === undefined || site === undefined
      ? null
      : densityFromOccupancy(occupancyPercent, lengthM) * site.lanes;
  const perKm = byFlow ?? byOccupancy;
  const method = byFlow === null && byOccupancy !== null ? 'density-of-occupancy' : 'density-of-flow';
  const body = { method, inputs };
  if (perKm === null) return [withheld(density, NO_DENSITY, body), withheld(service, NO_DENSITY, body)];
  const densityValue = published(density, perKm, body);
  const serviceBody = {
    method: 'los-hcm-2000-freeway',
    inputs: [{ parameter: density.parameter, from: at - INTERVAL_MS, at, value: short(perKm) }],
  };
  if (site === undefined) return [densityValue, withheld(service, NO_SITE, serviceBody)];
  const cars = (perKm * site.passenger_cars) / site.lanes;
  return [densityValue, published(service, serviceNumber(freewayService(cars)), serviceBody)];
}

interface FreeFlow {
  readonly at: number;
  readonly value: number;
}

/** The free-flow speeds by their morning that can hold within the stretch: those of before, and the new ones in their place. */
function withKept(
  { derived }: Sources,
  station: string,
  { from, until }: Stretch,
  mornings: readonly DerivedValue[],
): Map<number, number> {
  const speeds = derived.between(station, 'free_flow_speed', from - FREE_FLOW_HOLDS_MS, until);
  for (const { at, value } of mornings) {
    if (value === null) speeds.delete(at);
    else speeds.set(at, value);
  }
  return speeds;
}

function newestFreeFlow(speeds: ReadonlyMap<number, number>, at: number): FreeFlow | null {
  let newest: FreeFlow | null = null;
  for (const [morning, value] of speeds) {
    const holds = morning <= at && morning > at - FREE_FLOW_HOLDS_MS;
    if (holds && (newest === null || morning > newest.at)) newest = { at: morning, value };
  }
  return newest;
}

function congestionOf(
  station: string,
  { at, inputs }: Interval,
  free: FreeFlow | null,
  { phase }: CongestionState,
): DerivedValue {
  const where = { station, parameter: 'congestion', at } as const;
  const against: DerivationInput[] =
    free === null
      ? []
      : [{ parameter: 'free_flow_speed', from: free.at, at: free.at, value: short(free.value) }];
  const body = { method: 'congestion-of-free-flow', inputs: [...inputs, ...against] };
  if (free === null) return withheld(where, NO_FREE_FLOW, body);
  const speed = inputs.find(({ parameter }) => parameter === 'traffic_speed')?.value ?? null;
  // The phase outlives a gap, and nobody has seen it there.
  if (speed === null) return withheld(where, NO_SPEED, body);
  if (phase === 'unknown') return withheld(where, UNDECIDED, body);
  return published(where, phase === 'congested' ? 1 : 0, body);
}

/** Of each night that the stretch ends or changes: of its speeds and those of the nights before. */
async function freeFlowOf(
  { store, settings, periodsOf }: Sources,
  { id: station }: KnownStation,
  { from, to, until }: Stretch,
): Promise<DerivedValue[]> {
  const { night, nights } = settings.traffic;
  const values: DerivedValue[] = [];
  const last = Math.min(to + (night.to_hour - night.from_hour) * HOUR_MS, until);
  for (let day = dayStart(from); day <= last; day += DAY_MS) {
    const at = day + night.to_hour * HOUR_MS;
    if (at <= from || at > last) continue;
    const spans = periodsOf(station).get('traffic_speed') ?? [];
    const speeds: number[] = [];
    for (let age = 0; age < nights; age++) {
      const stretch = {
        from: day - age * DAY_MS + night.from_hour * HOUR_MS,
        to: at - age * DAY_MS,
        stepMs: INTERVAL_MS,
      };
      const series = { station, parameter: 'traffic_speed' } as const;
      for (const sampled of (await samplesByStep(store, series, spans, stretch)).values()) {
        const mean = meanOfStep(sampled, settings.completeness);
        // Nobody on the road is shown as 0 by some counters.
        if (mean !== null && mean > 0) speeds.push(mean);
      }
    }
    values.push(freeFlowValue(station, at, speeds, settings.traffic));
  }
  return values;
}

function freeFlowValue(
  station: string,
  at: number,
  speeds: readonly number[],
  { night, nights, percentile }: TrafficSettings,
): DerivedValue {
  const anIntervalHas = ((night.to_hour - night.from_hour) * HOUR_MS) / INTERVAL_MS;
  const of = nights * anIntervalHas;
  const needed = NEEDED_NIGHTS * anIntervalHas;
  const speed = freeFlowSpeed(speeds, percentile, needed);
  const input = {
    parameter: 'traffic_speed',
    from: at - nights * DAY_MS,
    at,
    value: speed === null ? null : short(speed),
  };
  const body = { method: `free-flow-p${percentile}`, inputs: [input], have: speeds.length, of };
  const where = { station, parameter: 'free_flow_speed', at } as const;
  return speed === null
    ? withheld(where, learning(speeds.length, needed), body)
    : published(where, speed, body);
}

/** As many full nights' speeds must be there. */
const NEEDED_NIGHTS = 3;

const learning = (have: number, needed: number): Text => ({
  vi: `đang học: có ${have} trên ${needed} khoảng 5 phút ban đêm`,
  en: `learning: ${have} of ${needed} intervals at night`,
});
const NO_DENSITY: Text = {
  vi: 'không công bố: thiếu lưu lượng hoặc tốc độ',
  en: 'not published: without flow or speed',
};
const NO_SITE: Text = {
  vi: 'không công bố: chưa khai báo số làn và hệ số quy đổi xe con (derive.traffic.sites)',
  en: "not published: the site's lanes and passenger-car equivalent are not set (derive.traffic.sites)",
};
const NO_FREE_FLOW: Text = {
  vi: 'không công bố: chưa biết tốc độ tự do của điểm đo',
  en: "not published: the site's free-flow speed is not known yet",
};
const NO_SPEED: Text = { vi: 'không công bố: thiếu tốc độ', en: 'not published: without speed' };
const UNDECIDED: Text = { vi: 'chưa xác định', en: 'not decided yet' };
