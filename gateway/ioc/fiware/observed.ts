/** An hour of a station as an entity of the model of its kind. Pure. */
import type { Observations } from '../../../devices/wire/feed.ts';
import type { StationKind } from '../../../devices/word.ts';
import type { KnownStation } from '../../catalog.ts';
import { airAttributes, airOrigin } from './air.ts';
import { BEING_SET_UP, type Entity, type EntityType, placeOf, timeOf, urn } from './entity.ts';
import { fireAttributes } from './fire.ts';
import type { Attributes } from './means.ts';
import { trafficAttributes } from './traffic.ts';
import { waterAttributes } from './water.ts';

interface Model {
  readonly type: EntityType;
  readonly attributes: (hour: Observations) => Attributes;
  /** What is told beside values, and not without one. */
  readonly beside?: (hour: Observations, station: KnownStation) => Attributes;
}

const pointOfInterest = ({ id }: KnownStation): Attributes => ({
  refPointOfInterest: urn('PointOfInterest', id),
});

const MODELS: Readonly<Partial<Record<StationKind, Model>>> = {
  air: {
    type: 'AirQualityObserved',
    attributes: airAttributes,
    beside: (hour, station) => ({ ...pointOfInterest(station), ...airOrigin(hour, station) }),
  },
  water: {
    type: 'WaterQualityObserved',
    attributes: waterAttributes,
    beside: (_, station) => pointOfInterest(station),
  },
  traffic: { type: 'TrafficFlowObserved', attributes: trafficAttributes },
  fire: { type: 'FireForestStatus', attributes: fireAttributes },
};

/**
 * Values are means of the hour, and what was derived of it; `dateObserved` is its end. Null: the station's kind has no model, or
 * the hour has no value that the model has a place for.
 */
export function observedEntity(hour: Observations, station: KnownStation): Entity | null {
  const model = MODELS[station.kind];
  const attributes = model?.attributes(hour) ?? {};
  if (model === undefined || Object.keys(attributes).length === 0) return null;
  return {
    id: urn(model.type, station.id, timeOf(hour.from)),
    type: model.type,
    ...placeOf(station),
    ...(station.commissioning && { description: BEING_SET_UP }),
    ...model.beside?.(hour, station),
    dateObserved: timeOf(hour.to),
    dateObservedFrom: timeOf(hour.from),
    dateObservedTo: timeOf(hour.to),
    ...attributes,
  };
}
