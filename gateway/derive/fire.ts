/**
 * Fire and weather stations: the codes of the Canadian system at noon, index P with the level of the zone's table and
 * Ångström's index at 13:00, Nesterov's at 15:00. What they remember goes from day to day; a day whose weather changes by
 * late data is worked out again with all days after it.
 */
import { DAY_MS, dayOf, dayStart, HOUR_MS, monthOf } from '../../devices/local-time.ts';
import { angstrom } from '../../devices/methods/angstrom.ts';
import { ESTIMATED, type FirePState, startFireP, stepFireP } from '../../devices/methods/fire-p.ts';
import type { ParameterId } from '../../devices/parameter.ts';
import { type FireTable, fireLevel, fireTable } from '../../devices/standards/fire-levels.ts';
import type { DerivationInput } from '../../devices/wire/api.ts';
import type { Text } from '../../devices/word.ts';
import type { KnownStation } from '../catalog.ts';
import { type DerivedValue, published, short, withheld } from './derived-value.ts';
import { type CodeMemory, type SumMemory, startCodes, startSum, stepCodes, stepSum } from './fire-memory.ts';
import { type FireZone, rainThresholdMm } from './fire-settings.ts';
import { createMemories, type Memories } from './memory.ts';
import type { DeriveSettings } from './settings.ts';
import type { Kind, Stretch } from './sources.ts';
import { type Observation, observe, WEATHER_INPUTS } from './weather.ts';

const CODES = ['ffmc', 'dmc', 'dc', 'isi', 'bui', 'fwi'] as const;

/** Hours of observation: of the FWI, of P and Ångström, of Nesterov. */
const OBSERVED_AT = [12, 13, 15] as const;
type ObservedAt = (typeof OBSERVED_AT)[number];

/** After the day; an index whose hour has not come yet is as it was after the day before. */
interface Memory {
  readonly codes: CodeMemory;
  readonly p: FirePState;
  readonly nesterov: SumMemory;
}

/** Kept by the start of the day. */
interface FireDay {
  readonly weather: Readonly<Partial<Record<ObservedAt, Observation>>>;
  readonly memory: Memory;
}

const NO_MEMORY: Memory = { codes: startCodes, p: startFireP(null), nesterov: startSum };
const NO_WEATHER: Observation = { t: null, rh: null, wind: null, rain: null };

export const fire: Kind = {
  stepMs: HOUR_MS,
  inputs: WEATHER_INPUTS,
  async derive(sources, station, stretch) {
    if (!station.parameterIds.has('air_temperature') || !station.parameterIds.has('relative_humidity'))
      return { values: [] };
    const days = createMemories<FireDay>(sources.derived);
    const observed = new Map<number, Observation>();
    for (const moment of momentsOf(stretch)) observed.set(moment, await observe(sources, station, moment));
    const rule = ruleOf(station, sources.settings);
    const { values, changed } = workOut(station, days, observed, stretch.until, rule);
    return { values, keep: () => days.put(station.id, changed) };
  },
};

/** The hours of observation that the stretch can change: rain counts for a day. The newest of them has just come. */
function momentsOf({ from, to, until }: Stretch): number[] {
  const moments: number[] = [];
  const last = Math.min(to + DAY_MS, until);
  for (let day = dayStart(from); day <= last; day += DAY_MS) {
    for (const hour of OBSERVED_AT) {
      const moment = day + hour * HOUR_MS;
      if (moment >= from && moment <= last) moments.push(moment);
    }
  }
  return moments;
}

/** By what a station's P and level are made. */
interface Rule {
  readonly zone: FireZone;
  readonly table: FireTable;
}

function ruleOf({ id, area }: KnownStation, { fire_zones, fire_tables }: DeriveSettings): Rule | null {
  const zone =
    fire_zones.find(({ stations }) => stations.includes(id)) ??
    fire_zones.find(({ areas }) => areas.includes(area.vi));
  return zone === undefined ? null : { zone, table: fireTable(zone.table, fire_tables) };
}

/** From the first day that was observed anew up to where the station is derived. */
function workOut(
  station: KnownStation,
  days: Memories<FireDay>,
  observed: ReadonlyMap<number, Observation>,
  until: number,
  rule: Rule | null,
): { readonly values: DerivedValue[]; readonly changed: Map<number, FireDay> } {
  const values: DerivedValue[] = [];
  const changed = new Map<number, FireDay>();
  const [first] = observed.keys();
  if (first === undefined) return { values, changed };
  let memory = days.get(station.id, dayStart(first) - DAY_MS)?.memory ?? NO_MEMORY;
  for (let day = dayStart(first); day <= until; day += DAY_MS) {
    const weather = { ...days.get(station.id, day)?.weather };
    for (const hour of OBSERVED_AT) {
      const moment = day + hour * HOUR_MS;
      if (moment > until) continue;
      const weatherThen = observed.get(moment) ?? weather[hour] ?? NO_WEATHER;
      weather[hour] = weatherThen;
      const step = STEPS[hour]({ station, rule, day, at: moment, weather: weatherThen, memory });
      memory = step.memory;
      if (moment >= first) values.push(...step.values);
    }
    changed.set(day, { weather, memory });
  }
  return { values, changed };
}

interface Hour {
  readonly station: KnownStation;
  readonly rule: Rule | null;
  readonly day: number;
  readonly at: number;
  readonly weather: Observation;
  readonly memory: Memory;
}
interface Step {
  readonly memory: Memory;
  readonly values: readonly DerivedValue[];
}

const STEPS: Readonly<Record<ObservedAt, (hour: Hour) => Step>> = {
  12: atNoon,
  13: atOne,
  15: atThree,
};

function atNoon({ station, day, at, weather, memory }: Hour): Step {
  const place = { day, month: monthOf(day), latitude: station.latitude };
  const { memory: codes, fwi } = stepCodes(memory.codes, weather, place);
  const body = {
    method: 'fwi-van-wagner-1987',
    inputs: inputsOf(station, weather, at, ['t', 'rh', 'wind', 'rain']),
    ...(codes.since !== null && { since: codes.since }),
  };
  const values = CODES.map((parameter) => {
    const where = { station: station.id, parameter, at };
    return fwi === null
      ? withheld(where, missingOf(body.inputs), body)
      : published(where, fwi[parameter], body);
  });
  return { memory: { ...memory, codes }, values };
}

function atOne(hour: Hour): Step {
  const { station, at, weather } = hour;
  const where = { station: station.id, parameter: 'angstrom_index', at } as const;
  const body = { method: 'angstrom', inputs: inputsOf(station, weather, at, ['t', 'rh']) };
  const value =
    weather.t === null || weather.rh === null
      ? withheld(where, missingOf(body.inputs), body)
      : published(where, angstrom(weather.t, weather.rh), body);
  const { memory, values } = stepP(hour);
  return { memory, values: [value, ...values] };
}

function stepP({ station, rule, day, at, weather, memory }: Hour): Step {
  const index = { station: station.id, parameter: 'fire_p_index', at } as const;
  const level = { station: station.id, parameter: 'fire_level', at } as const;
  const inputs = inputsOf(station, weather, at, ['t', 'rh', 'rain']);
  if (rule === null) {
    const body = { method: 'fire-p-pham-ngoc-hung', inputs };
    const values = [withheld(index, NO_ZONE, body), withheld(level, NO_ZONE, body)];
    return { memory: { ...memory, p: startFireP(null) }, values };
  }
  const { zone, table } = rule;
  const threshold = rainThresholdMm(zone, day);
  const p = nextP(zone, day, memory.p, weather);
  const body = { method: `fire-p-pham-ngoc-hung/${threshold}-mm`, inputs, zone: zone.name };
  const next = { ...memory, p };
  if (p.p === null) {
    const note = p.missing > 0 ? missingOf(inputs) : NO_RAIN_YET;
    return { memory: next, values: [withheld(index, note, body), withheld(level, note, body)] };
  }
  const told = p.estimated ? { ...body, note: ESTIMATED } : body;
  const pInput = { parameter: index.parameter, from: at - DAY_MS, at, value: short(p.p) };
  const levelBody = { ...told, method: `fire-level/${table.id}`, inputs: [pInput] };
  const levelValue =
    table.valid_from !== null && dayOf(day) < table.valid_from
      ? withheld(level, notYetValid(table.valid_from), levelBody)
      : published(level, fireLevel(table, p.p), levelBody);
  return { memory: next, values: [published(index, p.p, told), levelValue] };
}

/** What the rangers know of a day is P after it, also where nothing was measured or made of that day here. */
function nextP(zone: FireZone, day: number, before: FirePState, { t, rh, rain }: Observation): FirePState {
  const { known } = zone;
  if (known?.day === dayOf(day)) return startFireP(known.p);
  const state = known?.day === dayOf(day - DAY_MS) ? startFireP(known.p) : before;
  return stepFireP(state, { t13: t, rh13: rh, rain }, { rain_threshold_mm: rainThresholdMm(zone, day) });
}

function atThree({ station, at, weather, memory }: Hour): Step {
  const nesterov = stepSum(memory.nesterov, weather);
  const where = { station: station.id, parameter: 'nesterov_index', at } as const;
  const body = { method: 'nesterov', inputs: inputsOf(station, weather, at, ['t', 'rh', 'rain']) };
  const { sum, uncounted, missing } = nesterov;
  const note = missing > 0 ? missingOf(body.inputs) : NO_RAIN_YET;
  const value =
    sum === null || missing > 0
      ? withheld(where, note, body)
      : published(where, sum, uncounted > 0 ? { ...body, note: uncountedNote(uncounted) } : body);
  return { memory: { ...memory, nesterov }, values: [value] };
}

function inputsOf(
  { parameterIds }: KnownStation,
  weather: Observation,
  at: number,
  keys: readonly (keyof Observation)[],
): DerivationInput[] {
  const parameters: Readonly<Record<keyof Observation, ParameterId>> = {
    t: 'air_temperature',
    rh: 'relative_humidity',
    wind: 'wind_speed',
    rain: parameterIds.has('rain_total') ? 'rain_total' : 'rain_rate',
  };
  return keys.map((key) => {
    const value = weather[key];
    const from = key === 'rain' ? at - DAY_MS : at;
    return { parameter: parameters[key], from, at, value: value === null ? null : short(value) };
  });
}

function missingOf(inputs: readonly DerivationInput[]): Text {
  const names = inputs.filter(({ value }) => value === null).map(({ parameter }) => parameter);
  return { vi: `không công bố: thiếu ${names.join(', ')}`, en: `not published: without ${names.join(', ')}` };
}

const uncountedNote = (days: number): Text => ({
  vi: `thấp hơn thực tế: ${days} ngày không có số liệu`,
  en: `too low: ${days} days without data are not counted`,
});

const NO_ZONE: Text = {
  vi: 'không công bố: trạm chưa thuộc vùng nào có bảng cấp cháy và ngưỡng mưa (derive.fire_zones)',
  en: 'not published: the station is in no zone with a fire table and a rain threshold (derive.fire_zones)',
};
const notYetValid = (from: string): Text => ({
  vi: `không công bố: bảng cấp cháy có hiệu lực từ ${from}`,
  en: `not published: the table of fire levels is valid from ${from}`,
});
const NO_RAIN_YET: Text = {
  vi: 'chưa công bố: bắt đầu tính từ ngày mưa đủ lớn đầu tiên',
  en: 'not published yet: the sum begins on the first day of enough rain',
};
