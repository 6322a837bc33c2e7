/**
 * The entities that stand still (all but Observations), made of the catalog as it is at the moment of a request. A Thing
 * is a station, with one Location and FeatureOfInterest, its place; a Datastream is one parameter there; a Sensor is a
 * model of instrument, or the gateway's own way of deriving a parameter; an ObservedProperty is a parameter.
 */
import { isDerived, type ParameterId } from '../../devices/parameter.ts';
import type { Catalog, KnownStation } from '../catalog.ts';
import type { DerivedStore } from '../derive/derived-store.ts';
import { derivedPeriodS } from '../derive/kinds.ts';
import { StaFault } from './fault.ts';
import { parseSeriesId, seriesId } from './ids.ts';
import { linkOf, type SetName } from './model.ts';
import type { Row } from './series.ts';

export type Entity =
  | {
      readonly set: 'Things' | 'Locations' | 'HistoricalLocations' | 'FeaturesOfInterest';
      readonly id: string;
      readonly station: KnownStation;
    }
  | Datastream
  | { readonly set: 'Sensors'; readonly id: string; readonly derives: ParameterId | null }
  | { readonly set: 'ObservedProperties'; readonly id: string; readonly parameter: ParameterId }
  | Observation;

export interface Datastream {
  readonly set: 'Datastreams';
  readonly id: string;
  readonly station: KnownStation;
  readonly parameter: ParameterId;
  /** Id of its Sensor. */
  readonly sensor: string;
  /** How often it gets a new value, seconds. */
  readonly periodS: number;
}

/** Without a row it stands for all of its Datastream: what lies behind its links is known, nothing else. */
export interface Observation {
  readonly set: 'Observations';
  readonly id: string;
  readonly datastream: Datastream;
  readonly row: Row | null;
}

export interface GraphParts {
  readonly catalog: Pick<Catalog, 'get' | 'all'>;
  readonly derived: Pick<DerivedStore, 'publishedAt'>;
}

export interface Graph {
  /** All of a set in the order of their ids. */
  all(set: SetName): readonly Entity[];
  find(set: SetName, id: string): Entity | undefined;
  /** What is behind a link; not for links to Observations. */
  related(entity: Entity, link: string): readonly Entity[];
  /** The Datastreams whose Observations a link to Observations leads to; null for any other link. */
  series(entity: Entity, link: string): readonly Datastream[] | null;
}

const UNNAMED_SENSOR = 'unnamed';
const DERIVED_SENSOR = 'derived:';

/** Of a station as it was announced: whatever is announced anew is another object. */
const known = new WeakMap<
  KnownStation,
  { readonly published: number; readonly datastreams: readonly Datastream[] }
>();

/** Good for one request: stations come and go. */
export function createGraph({ catalog, derived }: GraphParts): Graph {
  const datastreams = (station: KnownStation): readonly Datastream[] => {
    const published = derived.publishedAt(station.id);
    const before = known.get(station);
    // What was published once stays so.
    if (before?.published === published.size) return before.datastreams;
    const datastream = (parameter: ParameterId, sensor: string, periodS: number): Datastream => {
      const id = seriesId({ station: station.id, parameter });
      return { set: 'Datastreams', id, station, parameter, sensor, periodS };
    };
    // Announced twice, its readings are one series all the same.
    const measured = new Map(station.parameters.map((parameter) => [parameter.id, parameter]));
    const made = [
      ...Array.from(measured.values(), ({ id, instrument, period_s }) =>
        datastream(id, instrument ?? UNNAMED_SENSOR, period_s),
      ),
      ...Array.from(published, (id) => datastream(id, `${DERIVED_SENSOR}${id}`, derivedPeriodS(id))),
    ].sort(byId);
    known.set(station, { published: published.size, datastreams: made });
    return made;
  };
  const once = <T>(make: () => T): (() => T) => {
    let made: { readonly value: T } | null = null;
    return () => {
      made ??= { value: make() };
      return made.value;
    };
  };
  const stations = once(() => catalog.all().sort(byId));
  const allDatastreams = once(() => stations().flatMap(datastreams));
  const grouped = (key: (datastream: Datastream) => string) =>
    once(() => Map.groupBy(allDatastreams(), key) as ReadonlyMap<string, readonly Datastream[]>);
  const bySensor = grouped(({ sensor }) => sensor);
  const byParameter = grouped(({ parameter }) => parameter);

  const place = (
    set: 'Things' | 'Locations' | 'HistoricalLocations' | 'FeaturesOfInterest',
    station: KnownStation,
  ): Entity => ({ set, id: station.id, station });
  const sensor = (id: string): Entity => {
    const derives = id.startsWith(DERIVED_SENSOR) ? (id.slice(DERIVED_SENSOR.length) as ParameterId) : null;
    return { set: 'Sensors', id, derives: derives !== null && isDerived(derives) ? derives : null };
  };
  const property = (parameter: ParameterId): Entity => ({
    set: 'ObservedProperties',
    id: parameter,
    parameter,
  });

  return {
    all(set) {
      switch (set) {
        case 'Datastreams':
          return allDatastreams();
        case 'Sensors':
          return [...bySensor().keys()].sort().map(sensor);
        case 'ObservedProperties':
          return [...byParameter().keys()].sort().map((id) => property(id as ParameterId));
        case 'Observations':
          throw new StaFault(501, 'Observations are not listed here');
        default:
          return stations().map((station) => place(set, station));
      }
    },
    find(set, id) {
      switch (set) {
        case 'Datastreams': {
          const station = catalog.get(parseSeriesId(id)?.station ?? '');
          return station && datastreams(station).find((datastream) => datastream.id === id);
        }
        case 'Sensors':
          return bySensor().has(id) ? sensor(id) : undefined;
        case 'ObservedProperties':
          return byParameter().has(id) ? property(id as ParameterId) : undefined;
        case 'Observations':
          return undefined;
        default: {
          const station = catalog.get(id);
          return station && place(set, station);
        }
      }
    },
    related(entity, link) {
      const set = linkOf(entity.set, link)?.set;
      switch (entity.set) {
        case 'Datastreams':
          if (set === 'Things') return [place(set, entity.station)];
          return [set === 'Sensors' ? sensor(entity.sensor) : property(entity.parameter)];
        case 'Sensors':
          return bySensor().get(entity.id) ?? [];
        case 'ObservedProperties':
          return byParameter().get(entity.parameter) ?? [];
        case 'Observations':
          return [
            set === 'Datastreams'
              ? entity.datastream
              : place('FeaturesOfInterest', entity.datastream.station),
          ];
        default:
          if (set === 'Datastreams') return datastreams(entity.station);
          return set === 'Things' || set === 'Locations' || set === 'HistoricalLocations'
            ? [place(set, entity.station)]
            : [];
      }
    },
    series(entity, link) {
      if (linkOf(entity.set, link)?.set !== 'Observations') return null;
      if (entity.set === 'Datastreams') return [entity];
      return entity.set === 'FeaturesOfInterest' ? datastreams(entity.station) : [];
    },
  };
}

const byId = (a: { readonly id: string }, b: { readonly id: string }): number =>
  a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
