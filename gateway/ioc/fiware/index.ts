/**
 * Records of the feed as entities of the FIWARE Smart Data Models (https://smartdatamodels.org), in key-values form: AirQualityObserved
 * 0.1.4, WaterQualityObserved 0.0.6, TrafficFlowObserved 0.0.1, FireForestStatus 0.1.1 and Alert 0.0.3. Pure.
 */
import type { FeedRecord } from '../../../devices/wire/feed.ts';
import type { Catalog } from '../../catalog.ts';
import { alertEntity } from './alert.ts';
import type { Entity } from './entity.ts';
import { observedEntity } from './observed.ts';

/**
 * What a record tells as entities; null when no model has a place for it: status and heartbeat, an hour of a weather station or
 * without a value, an alert about a device that is silent, what was observed at a station that nobody knows any more. A
 * correction has the id of what it corrects.
 */
export function fiwareOf(record: FeedRecord, catalog: Pick<Catalog, 'get'>): Entity[] | null {
  const entity = entityOf(record, catalog);
  return entity && [entity];
}

function entityOf(record: FeedRecord, catalog: Pick<Catalog, 'get'>): Entity | null {
  if ('alert' in record) return alertEntity(record, catalog.get(record.alert.station));
  if (!('observations' in record)) return null;
  const station = catalog.get(record.observations.station);
  return station ? observedEntity(record.observations, station) : null;
}
