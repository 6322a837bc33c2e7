/** What all entities have in common: identifiers, times, and the place that they are of. Pure. */
import type { KnownStation } from '../../catalog.ts';

export type EntityType =
  | 'AirQualityObserved'
  | 'WaterQualityObserved'
  | 'TrafficFlowObserved'
  | 'FireForestStatus'
  | 'Alert';

export interface Entity {
  readonly id: string;
  readonly type: EntityType;
  readonly [attribute: string]: unknown;
}

export const urn = (type: EntityType | 'PointOfInterest' | 'Device', ...names: readonly string[]): string =>
  ['urn:ngsi-ld', type, ...names].join(':');

/** ISO 8601 in UTC, of epoch ms; without a fraction where there is none. */
export const timeOf = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');

/** Name, area and place of a station, and where its values really come from. */
export const placeOf = ({ name, area, latitude, longitude, origin }: KnownStation) => ({
  name: name.vi,
  alternateName: name.en,
  areaServed: area.vi,
  location: { type: 'Point', coordinates: [longitude, latitude] },
  ...(origin && { source: origin.vi }),
});

/** To be shown with what a station brings that is being commissioned. */
export const BEING_SET_UP = 'Trạm đang được lắp đặt: số liệu thử nghiệm.';
