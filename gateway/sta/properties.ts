/** What the properties of each entity are (18-088, section 8.2). Names and texts are Vietnamese, with English beside them. */
import { isDerived, parameterOf } from '../../devices/parameter.ts';
import { FLAG, type Flag } from '../../devices/quality.ts';
import type { Text } from '../../devices/word.ts';
import type { KnownStation } from '../catalog.ts';
import type { Entity } from './graph.ts';
import type { Row } from './series.ts';
import { unitOfMeasurement } from './units.ts';

export type Properties = Readonly<Record<string, unknown>>;

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
const iso = (at: number): string => new Date(at).toISOString();

const point = ({ longitude, latitude }: KnownStation) => ({
  type: 'Point',
  coordinates: [longitude, latitude],
});

const ofStation = ({ kind, name, area, edge, origin }: KnownStation) => ({
  kind,
  name_en: name.en,
  area: area.vi,
  area_en: area.en,
  edge,
  ...(origin && { origin: origin.vi, origin_en: origin.en }),
});

const place = (station: KnownStation) => ({
  name: station.name.vi,
  description: both(station.area),
  encodingType: GEOJSON,
});

/** `since`: when a station was announced first, epoch ms; null when nobody knows. */
export function propertiesOf(entity: Entity, since: (station: string) => number | null): Properties {
  switch (entity.set) {
    case 'Things': {
      const { station } = entity;
      const { name, area } = station;
      return { name: name.vi, description: both(area), properties: ofStation(station) };
    }
    case 'Locations':
      return {
        ...place(entity.station),
        location: point(entity.station),
        properties: ofStation(entity.station),
      };
    case 'FeaturesOfInterest':
      return {
        ...place(entity.station),
        feature: point(entity.station),
        properties: ofStation(entity.station),
      };
    case 'HistoricalLocations': {
      const at = since(entity.station.id);
      return { time: at === null ? null : iso(at) };
    }
    case 'Datastreams': {
      const { station, parameter, periodS } = entity;
      const { name, unit } = parameterOf(parameter);
      return {
        name: `${station.name.vi}, ${name.vi}`,
        description: `${station.name.en}, ${name.en}`,
        observationType: MEASUREMENT,
        unitOfMeasurement: unitOfMeasurement(unit),
        observedArea: point(station),
        properties: {
          station: station.id,
          parameter,
          period_s: periodS,
          derived: isDerived(parameter),
          ...(station.origin && { origin: station.origin.vi, origin_en: station.origin.en }),
        },
      };
    }
    case 'Sensors': {
      const derives = entity.derives === null ? null : parameterOf(entity.derives);
      return derives === null
        ? {
            name: entity.id,
            description: 'Model of instrument',
            encodingType: 'text/plain',
            metadata: entity.id,
          }
        : {
            name: `Quantrac, ${derives.name.vi}`,
            description: `Derived by the gateway: ${derives.name.en}`,
            encodingType: 'text/plain',
            metadata: 'docs/methods.md of Quantrac; each Observation names its method in "parameters"',
          };
    }
    case 'ObservedProperties': {
      const { name, unit } = parameterOf(entity.parameter);
      return {
        name: name.vi,
        definition: `urn:quantrac:parameter:${entity.parameter}`,
        description: name.en,
        properties: { parameter: entity.parameter, unit, derived: isDerived(entity.parameter) },
      };
    }
    case 'Observations':
      return entity.row === null ? {} : propertiesOfRow(entity.row);
  }
}

/** A derived value is of an interval and carries how it came about; a reading is of a moment. */
export function propertiesOfRow({ at, from, value, flag, reason, receivedAt, derivation }: Row): Properties {
  return {
    phenomenonTime: from === undefined ? iso(at) : `${iso(from)}/${iso(at)}`,
    resultTime: iso(receivedAt),
    result: value,
    resultQuality: { scheme: 'QARTOD', flag, meaning: MEANINGS[flag], reasons: reason?.split('; ') ?? [] },
    ...(derivation && { parameters: derivation }),
  };
}
