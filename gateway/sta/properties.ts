/** What the properties of each entity are (18-088, section 8.2). Names and texts are Vietnamese, with English beside them. */
import { isDerived, parameterOf } from '../../devices/parameter.ts';
import { FLAG, type Flag } from '../../devices/quality.ts';
import type { Text } from '../../devices/word.ts';
import type { KnownStation } from '../catalog.ts';
import type { Datastream, Entity } from './graph.ts';
import type { Row } from './series.ts';
import { unitOfMeasurement } from './units.ts';

/** A property by its name, each made only when it is asked for; undefined where an entity has none. */
type Makers<E> = Readonly<Record<string, (entity: E) => unknown>>;
/** An entity's own property by one of the model's names. */
export type PropertyOf = (entity: Entity, name: string) => unknown;

type EntityOf<Set> = Extract<Entity, { readonly set: Set }>;

const GEOJSON = 'application/geo+json';
const MEASUREMENT = 'http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement';
const MEANINGS: Readonly<Record<Flag, string>> = {
  [FLAG.good]: 'good',
  [FLAG.notEvaluated]: 'not evaluated',
  [FLAG.suspect]: 'suspect',
  [FLAG.fail]: 'fail',
  [FLAG.missing]: 'missing',
};

const both = ({ vi, en }: Text): string => `${vi} / ${en}`;

const DAY_MS = 86_400_000;
let isoDay = { day: Number.NaN, text: '' };
/** As Date.toISOString, which takes a tenth of an answer of newest Observations: nearly all of them are of one day. */
function iso(at: number): string {
  const day = Math.floor(at / DAY_MS);
  if (day !== isoDay.day) isoDay = { day, text: new Date(day * DAY_MS).toISOString().slice(0, -13) };
  const ms = Math.floor(at - day * DAY_MS);
  const two = (value: number): string => (value < 10 ? `0${value}` : `${value}`);
  const [hour, minute, second] = [
    Math.floor(ms / 3_600_000),
    Math.floor(ms / 60_000) % 60,
    Math.floor(ms / 1000) % 60,
  ];
  return `${isoDay.text}${two(hour)}:${two(minute)}:${two(second)}.${String(ms % 1000).padStart(3, '0')}Z`;
}

const point = ({ longitude, latitude }: KnownStation) => ({
  type: 'Point',
  coordinates: [longitude, latitude],
});

const THING: Makers<KnownStation> = {
  name: ({ name }) => name.vi,
  description: ({ area }) => both(area),
  properties: ({ kind, name, area, edge, origin }) => ({
    kind,
    name_en: name.en,
    area: area.vi,
    area_en: area.en,
    edge,
    ...(origin && { origin: origin.vi, origin_en: origin.en }),
  }),
};
const LOCATION: Makers<KnownStation> = { ...THING, encodingType: () => GEOJSON, location: point };
const FEATURE: Makers<KnownStation> = { ...THING, encodingType: () => GEOJSON, feature: point };

const DATASTREAM: Makers<Datastream> = {
  name: ({ station, parameter }) => `${station.name.vi}, ${parameterOf(parameter).name.vi}`,
  description: ({ station, parameter }) => `${station.name.en}, ${parameterOf(parameter).name.en}`,
  observationType: () => MEASUREMENT,
  unitOfMeasurement: ({ parameter }) => unitOfMeasurement(parameterOf(parameter).unit),
  observedArea: ({ station }) => point(station),
  properties: ({ station: { id, origin }, parameter, periodS }) => ({
    station: id,
    parameter,
    period_s: periodS,
    derived: isDerived(parameter),
    ...(origin && { origin: origin.vi, origin_en: origin.en }),
  }),
};

const SENSOR: Makers<EntityOf<'Sensors'>> = {
  name: ({ id, derives }) => (derives === null ? id : `Quantrac, ${parameterOf(derives).name.vi}`),
  description: ({ derives }) =>
    derives === null ? 'Model of instrument' : `Derived by the gateway: ${parameterOf(derives).name.en}`,
  encodingType: () => 'text/plain',
  metadata: ({ id, derives }) =>
    derives === null ? id : 'docs/methods.md of Quantrac; each Observation names its method in "parameters"',
};

const OBSERVED_PROPERTY: Makers<EntityOf<'ObservedProperties'>> = {
  name: ({ parameter }) => parameterOf(parameter).name.vi,
  definition: ({ parameter }) => `urn:quantrac:parameter:${parameter}`,
  description: ({ parameter }) => parameterOf(parameter).name.en,
  properties: ({ parameter }) => ({
    parameter,
    unit: parameterOf(parameter).unit,
    derived: isDerived(parameter),
  }),
};

/** A derived value is of an interval and carries how it came about; a reading is of a moment. */
const OBSERVATION: Makers<Row> = {
  phenomenonTime: ({ from, at }) => (from === undefined ? iso(at) : `${iso(from)}/${iso(at)}`),
  resultTime: ({ receivedAt }) => iso(receivedAt),
  result: ({ value }) => value,
  resultQuality: ({ flag, reason }) => ({
    scheme: 'QARTOD',
    flag,
    meaning: MEANINGS[flag],
    reasons: reason?.split('; ') ?? [],
  }),
  parameters: ({ derivation }) => derivation,
};

/**
 * `name`: one of the model's. Undefined where the entity has none, as of phenomenonTime of a Datastream, which only the
 * store knows. `since`: when a station was announced first, epoch ms; null when nobody knows.
 */
export function propertyOf(entity: Entity, name: string, since: (station: string) => number | null): unknown {
  switch (entity.set) {
    case 'Things':
      return THING[name]?.(entity.station);
    case 'Locations':
      return LOCATION[name]?.(entity.station);
    case 'FeaturesOfInterest':
      return FEATURE[name]?.(entity.station);
    case 'HistoricalLocations': {
      const at = since(entity.station.id);
      return at === null ? null : iso(at);
    }
    case 'Datastreams':
      return DATASTREAM[name]?.(entity);
    case 'Sensors':
      return SENSOR[name]?.(entity);
    case 'ObservedProperties':
      return OBSERVED_PROPERTY[name]?.(entity);
    case 'Observations':
      return entity.row === null ? undefined : OBSERVATION[name]?.(entity.row);
  }
}

/** All properties of an Observation. */
export const propertiesOfRow = (row: Row): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(OBSERVATION).map(([name, make]) => [name, make(row)]));
