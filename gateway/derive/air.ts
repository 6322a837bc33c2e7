/** Air stations: means over the averaging times of QCVN 05, NowCast of dust, VN_AQI of hour and day, US AQI beside it. */
import { DAY_MS, dayOf, dayStart, HOUR_MS } from '../../devices/local-time.ts';
import { type HourlyMeans, hoursUpTo, meanOf, neededOf } from '../../devices/methods/means.ts';
import { NOWCAST_HOURS, nowcast } from '../../devices/methods/nowcast.ts';
import { usAqi } from '../../devices/methods/us-aqi.ts';
import { type AqiPollutant, vnAqi } from '../../devices/methods/vn-aqi.ts';
import type { ParameterId } from '../../devices/parameter.ts';
import { judgeByQcvn05 } from '../../devices/standards/qcvn-05.ts';
import type { Derivation, DerivationInput } from '../../devices/wire/api.ts';
import type { KnownStation } from '../catalog.ts';
import { type DerivedValue, published, short, type Where, withheld } from './derived-value.ts';
import { meanOfStep, type Sampled, samplesByStep } from './samples.ts';
import type { Kind, Sources, Stretch } from './sources.ts';

const POLLUTANTS = ['pm2_5', 'pm10', 'so2', 'no2', 'o3', 'co'] as const;
type Pollutant = (typeof POLLUTANTS)[number];

/** The longer means of each pollutant, those that QCVN 05 has a limit for. */
const LONG_MEANS: Readonly<Record<Pollutant, readonly [parameter: ParameterId, hours: number]>> = {
  pm2_5: ['pm2_5_24h', 24],
  pm10: ['pm10_24h', 24],
  so2: ['so2_24h', 24],
  no2: ['no2_24h', 24],
  o3: ['o3_8h', 8],
  co: ['co_8h', 8],
};

/** An hour is in the day's means up to 23 hours later. */
const REACH_MS = 23 * HOUR_MS;
/** The first 8-hour mean of a day begins seven hours before it. */
const LOOK_BACK_MS = DAY_MS + 7 * HOUR_MS;

export const air: Kind = {
  stepMs: HOUR_MS,
  inputs: POLLUTANTS,
  async derive(sources, station, stretch) {
    const present = POLLUTANTS.filter((pollutant) => station.parameterIds.has(pollutant));
    const values: DerivedValue[] = [];
    const means = new Map<Pollutant, HourlyMeans>();
    for (const pollutant of present) {
      const hours = await hourlyMeans(sources, station, pollutant, stretch);
      values.push(...hours);
      means.set(pollutant, withKept(sources, station.id, pollutant, stretch, hours));
    }
    if (present.length === 0) return { values };
    const last = Math.min(stretch.to + REACH_MS, stretch.until);
    for (let end = stretch.from + HOUR_MS; end <= last; end += HOUR_MS)
      values.push(...ofHour(station.id, means, end, sources.settings.completeness));
    return { values };
  },
};

async function hourlyMeans(
  { store, settings, periodsOf }: Sources,
  { id: station }: KnownStation,
  pollutant: Pollutant,
  { from, to }: Stretch,
): Promise<DerivedValue[]> {
  const spans = periodsOf(station).get(pollutant) ?? [];
  const steps = await samplesByStep(store, { station, parameter: pollutant }, spans, {
    from,
    to,
    stepMs: HOUR_MS,
  });
  return Array.from(steps, ([start, sampled]) => {
    const where = { station, parameter: `${pollutant}_1h` as ParameterId, at: start + HOUR_MS };
    const mean = meanOfStep(sampled, settings.completeness);
    const input = inputOf(pollutant, start, start + HOUR_MS, mean, sampled);
    const body = { method: 'mean-1h', inputs: [input], have: sampled.have, of: sampled.of };
    return mean === null ? withheld(where, incomplete(sampled), body) : publishedMean(where, mean, body);
  });
}

/** The hourly means that everything within reach is made of: those of before, and the new ones in their place. */
function withKept(
  { derived }: Sources,
  station: string,
  pollutant: Pollutant,
  { from, to, until }: Stretch,
  hours: readonly DerivedValue[],
): HourlyMeans {
  const parameter = `${pollutant}_1h` as ParameterId;
  const means = derived.between(station, parameter, from - LOOK_BACK_MS, Math.min(to + REACH_MS, until));
  for (const { at, value } of hours) {
    if (value === null) means.delete(at);
    else means.set(at, value);
  }
  return means;
}

type Means = ReadonlyMap<Pollutant, HourlyMeans>;

/** All that carries the label of one hour's end, epoch ms; at midnight the day, too. */
function ofHour(station: string, means: Means, end: number, completeness: number): DerivedValue[] {
  const long = Array.from(means, ([pollutant, hours]) =>
    longMean(station, pollutant, hours, end, completeness),
  );
  const dust = (['pm2_5', 'pm10'] as const).flatMap((pollutant) => {
    const hours = means.get(pollutant);
    return hours === undefined ? [] : [nowcastOf(station, pollutant, hours, end)];
  });
  const hour = indicesOfHour(station, means, [...long, ...dust], end);
  const day = dayStart(end) === end ? [indexOfDay(station, means, end, completeness)] : [];
  return [...long, ...dust, ...hour, ...day];
}

function longMean(
  station: string,
  pollutant: Pollutant,
  means: HourlyMeans,
  end: number,
  completeness: number,
): DerivedValue {
  const [parameter, count] = LONG_MEANS[pollutant];
  const hours = hoursUpTo(means, end, count);
  const of = { have: hours.filter((hour) => hour !== null).length, of: count };
  const mean = meanOf(hours, neededOf(count, completeness))?.mean ?? null;
  const where = { station, parameter, at: end };
  const input = inputOf(`${pollutant}_1h` as ParameterId, end - count * HOUR_MS, end, mean, of);
  const body = { method: `mean-${count}h`, inputs: [input], ...of };
  return mean === null ? withheld(where, incomplete(of), body) : publishedMean(where, mean, body);
}

/** With what QCVN 05 says of it. The mean that ends at midnight is of the day that ends there. */
function publishedMean(where: Where, mean: number, body: Derivation): DerivedValue {
  const judged = judgeByQcvn05(where.parameter, mean, dayOf(where.at - 1));
  if (judged.kind === 'refused') return published(where, mean, body);
  const { limit, exceeded } = judged;
  return published(where, mean, { ...body, limit: { value: limit.ug_m3, clause: limit.clause, exceeded } });
}

function nowcastOf(station: string, pollutant: Pollutant, means: HourlyMeans, end: number): DerivedValue {
  const hours = hoursUpTo(means, end, NOWCAST_HOURS);
  const of = { have: hours.filter((hour) => hour !== null).length, of: NOWCAST_HOURS };
  const value = nowcast(hours);
  const where = { station, parameter: `${pollutant}_nowcast` as ParameterId, at: end };
  const input = inputOf(`${pollutant}_1h` as ParameterId, end - NOWCAST_HOURS * HOUR_MS, end, value, of);
  const body = { method: 'nowcast-1459-2019', inputs: [input], ...of };
  return value === null ? withheld(where, NO_NOWCAST, body) : published(where, value, body);
}

/** VN_AQI of the hour: 1-hour means of gases and NowCast of dust. US AQI: its own averaging times where it has others. */
function indicesOfHour(
  station: string,
  means: Means,
  longer: readonly DerivedValue[],
  end: number,
): DerivedValue[] {
  const longOf = (parameter: ParameterId): number | undefined =>
    longer.find((one) => one.parameter === parameter)?.value ?? undefined;
  const hourOf = (pollutant: Pollutant): number | undefined => means.get(pollutant)?.get(end);
  const dust = { pm2_5: longOf('pm2_5_nowcast'), pm10: longOf('pm10_nowcast') };
  const gases = { so2: hourOf('so2'), no2: hourOf('no2'), o3_1h: hourOf('o3') };
  const vn = known({ ...dust, ...gases, co: hourOf('co') });
  const us = known({ ...dust, ...gases, o3_8h: longOf('o3_8h'), co_8h: longOf('co_8h') });

  const index = (
    parameter: 'vn_aqi' | 'us_aqi',
    method: string,
    values: Readonly<Record<string, number>>,
    result: Result | null,
  ): DerivedValue => {
    const where = { station, parameter, at: end };
    const inputs = Object.entries(values).map(([name, value]) =>
      inputOf(HOUR_INPUT[name] ?? (name as ParameterId), end - HOUR_MS, end, value),
    );
    if (result === null) return withheld(where, NO_DUST, { method, inputs });
    const { dominant, subIndices } = result;
    return published(where, result.aqi, { method, inputs, dominant, parts: subIndices });
  };
  return [
    index('vn_aqi', 'vn-aqi-1459-2019', vn, vnAqi(vn)),
    index('us_aqi', 'us-epa-aqi-2024', us, usAqi(us)),
  ];
}

interface Result {
  readonly aqi: number;
  readonly dominant: string;
  readonly subIndices: Readonly<Record<string, number>>;
}

/** Under which parameter the value of an index's input is kept. */
const HOUR_INPUT: Readonly<Record<string, ParameterId>> = {
  pm2_5: 'pm2_5_nowcast',
  pm10: 'pm10_nowcast',
  so2: 'so2_1h',
  no2: 'no2_1h',
  co: 'co_1h',
};

/**
 * VN_AQI of the day that ends at this midnight: means of dust, the day's highest 1-hour means of gases and its highest
 * 8-hour mean of ozone. A pollutant with too few hours is left out: its highest may have been in an hour without data.
 */
function indexOfDay(station: string, means: Means, midnight: number, completeness: number): DerivedValue {
  const where = { station, parameter: 'vn_aqi_day', at: midnight } as const;
  const needed = neededOf(24, completeness);
  const values: Partial<Record<AqiPollutant, number>> = {};
  const inputs: DerivationInput[] = [];
  const take = (name: AqiPollutant, pollutant: Pollutant, value: number | null, have: number): void => {
    if (value !== null && have >= needed) values[name] = value;
    const parameter = (name === 'o3_8h' ? name : `${pollutant}_1h`) as ParameterId;
    inputs.push(inputOf(parameter, midnight - DAY_MS, midnight, value, { have, of: 24 }));
  };
  for (const [pollutant, hourly] of means) {
    const hours = hoursUpTo(hourly, midnight, 24);
    const present = hours.filter((hour) => hour !== null);
    const highest = present.length === 0 ? null : Math.max(...present);
    if (pollutant === 'pm2_5' || pollutant === 'pm10')
      take(pollutant, pollutant, meanOf(hours, 1)?.mean ?? null, present.length);
    else if (pollutant !== 'o3') take(pollutant, pollutant, highest, present.length);
    else {
      take('o3_1h', pollutant, highest, present.length);
      const eight = Array.from({ length: 24 }, (_, age) =>
        meanOf(hoursUpTo(hourly, midnight - age * HOUR_MS, 8), neededOf(8, completeness)),
      ).flatMap((mean) => mean?.mean ?? []);
      take('o3_8h', pollutant, eight.length === 0 ? null : Math.max(...eight), eight.length);
    }
  }
  const body = { method: 'vn-aqi-day-1459-2019', inputs };
  const result = vnAqi(values);
  if (result === null) return withheld(where, NO_DUST_DAY, body);
  return published(where, result.aqi, { ...body, dominant: result.dominant, parts: result.subIndices });
}

function inputOf(
  parameter: ParameterId,
  from: number,
  at: number,
  value: number | null,
  completeness?: { readonly have: number; readonly of: number },
): DerivationInput {
  const counts = completeness && { have: completeness.have, of: completeness.of };
  return { parameter, from, at, value: value === null ? null : short(value), ...counts };
}

const known = (values: Record<string, number | undefined>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, number] => entry[1] !== undefined),
  );

const incomplete = ({ have, of }: Pick<Sampled, 'have' | 'of'>) => ({
  vi: `chưa đủ số liệu: có ${have} trên ${of} giá trị`,
  en: `not complete: ${have} of ${of} values`,
});

const NO_NOWCAST = {
  vi: 'không có NowCast: cần ít nhất 2 trong 3 giờ mới nhất',
  en: 'no NowCast: at least 2 of the newest 3 hours are needed',
};
const NO_DUST = {
  vi: 'không công bố: thiếu cả PM2.5 và PM10',
  en: 'not published: neither PM2.5 nor PM10 is there',
};
const NO_DUST_DAY = {
  vi: 'không công bố: PM2.5 và PM10 đều chưa đủ số giờ trong ngày',
  en: 'not published: neither PM2.5 nor PM10 has enough hours of the day',
};
