/** What is wrong with an edge file beyond its schema: against the profiles it names. Edge and gateway ask the same. Pure. */
import { FIRE_LIMIT } from './fire/report.ts';
import { FIRE_PARAMETERS } from './fire/signals.ts';
import { type Profiles, parametersOf, pointsOf } from './inventory.ts';
import { planBlocks } from './line/plan.ts';
import type { MqttInstrument, MqttValue } from './mqtt-instrument.ts';
import { type ParameterId, parameterOf } from './parameter.ts';
import type { Profile } from './profile.ts';
import { sirenFaults } from './siren-check.ts';
import { type EdgeFile, type Instrument, isPolled, type Station } from './station.ts';
import { converter } from './unit.ts';
import { wiringFaults } from './wiring.ts';

export interface EdgeFileFault {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** In the order of the file. */
export function* edgeFileFaults(edge: EdgeFile, profiles: Profiles): Generator<EdgeFileFault> {
  for (const [index, station] of edge.stations.entries()) {
    for (const { path, message } of stationFaults(station, profiles))
      yield { path: ['stations', index, ...path], message };
  }
  yield* sirenFaults(edge);
}

function* stationFaults(station: Station, profiles: Profiles): Generator<EdgeFileFault> {
  const measuredBy = new Map<string, string>();
  for (const [index, instrument] of station.instruments.entries()) {
    const path = ['instruments', index];
    if (isPolled(instrument)) {
      const profile = profiles.get(instrument.profile);
      if (!profile) {
        yield { path: [...path, 'profile'], message: `there is no profile "${instrument.profile}"` };
        return;
      }
      yield* polledFaults(instrument, profile, path);
    } else yield* mappingFaults(instrument, path);
    for (const parameter of parametersOf(instrument, profiles)) {
      const other = measuredBy.get(parameter);
      if (other !== undefined) {
        const choose = isPolled(instrument) ? 'choose with "points", ' : '';
        const message = `${parameter} comes from "${other}" and "${instrument.id}": ${choose}one parameter comes once from a station`;
        yield { path, message };
      }
      measuredBy.set(parameter, instrument.id);
    }
  }
  if (station.fire !== undefined) {
    if (station.kind !== 'fire')
      yield {
        path: ['fire'],
        message: `${station.id} is of kind ${station.kind}: fire rules are for kind fire`,
      };
    else if (!FIRE_PARAMETERS.some((parameter) => measuredBy.has(parameter)))
      yield {
        path: ['fire'],
        message: `no instrument of ${station.id} gives any of ${FIRE_PARAMETERS.join(', ')}`,
      };
    const other = measuredBy.get('fire_detection');
    if (other !== undefined)
      yield {
        path: ['fire'],
        message: `fire_detection comes from "${other}" already: one parameter comes once from a station`,
      };
    measuredBy.set('fire_detection', 'fire');
  }
  for (const [index, limit] of station.limits.entries()) {
    if (station.fire && limit.parameter === 'fire_detection' && limit.name === FIRE_LIMIT)
      yield {
        path: ['limits', index, 'name'],
        message: `"${FIRE_LIMIT}" is the alarm of the fire rules of ${station.id}: choose another name`,
      };
    if (measuredBy.has(limit.parameter)) continue;
    const message = `no instrument of ${station.id} gives ${limit.parameter}`;
    yield { path: ['limits', index, 'parameter'], message };
  }
}

function* mappingFaults(instrument: MqttInstrument, path: PropertyKey[]): Generator<EdgeFileFault> {
  const values = Object.entries(instrument.values) as [ParameterId, MqttValue][];
  for (const [parameter, { unit }] of values) {
    const { unit: own } = parameterOf(parameter);
    if (unit === undefined || converter(unit, own, parameter) !== null) continue;
    const message = `${unit} cannot be turned into ${own}, the unit of ${parameter}`;
    yield { path: [...path, 'values', parameter, 'unit'], message };
  }
  for (const parameter of Object.keys(instrument.quality)) {
    if (Object.hasOwn(instrument.values, parameter)) continue;
    const message = `${parameter} does not come from "${instrument.id}"`;
    yield { path: [...path, 'quality', parameter], message };
  }
}

function* polledFaults(
  instrument: Instrument,
  profile: Profile,
  path: PropertyKey[],
): Generator<EdgeFileFault> {
  for (const [index, parameter] of (instrument.points ?? []).entries()) {
    if (profile.points.some((point) => point.parameter === parameter)) continue;
    const message = `profile "${profile.id}" has no point ${parameter}`;
    yield { path: [...path, 'points', index], message };
  }
  for (const fault of wiringFaults(profile, instrument.channels ?? {}))
    yield { path: [...path, 'channels', ...fault.path], message: fault.message };
  if (profile.points.length === 0 && Object.keys(instrument.channels ?? {}).length === 0) {
    const message = `profile "${profile.id}" measures nothing by itself: say with "channels" what is wired to it`;
    yield { path: [...path, 'profile'], message };
    return;
  }
  const read = pointsOf(profile, instrument).map((point): string => point.parameter);
  for (const key of ['periods', 'quality'] as const) {
    for (const parameter of Object.keys(instrument[key])) {
      if (read.includes(parameter)) continue;
      const message = `${parameter} is not read from "${instrument.id}"`;
      yield { path: [...path, key, parameter], message };
    }
  }
  try {
    planBlocks(profile, pointsOf(profile, instrument));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    yield { path: [...path, 'profile'], message: `profile "${profile.id}": ${error.message}` };
  }
}
