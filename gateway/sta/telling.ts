/**
 * Tells subscribers at the broker of each new Observation (18-088, section 14.2): the message is the entity's JSON. Links
 * are relative to the root of the service: the broker does not know by which address a subscriber reaches it.
 */
import { topics } from '../../devices/wire/topics.ts';
import type { DerivedValue } from '../derive/derived-value.ts';
import type { StoredReading } from '../store/store.ts';
import { observationId, placeOf, type SeriesName, seriesId } from './ids.ts';
import { propertiesOfRow } from './properties.ts';
import { type Row, rowOfKept } from './series.ts';

export interface Hearers {
  any(): boolean;
  hears(topic: string): boolean;
  tell(topic: string, payload: string): void;
}

export interface Telling {
  /** What has been stored just now. */
  readings(readings: readonly StoredReading[]): void;
  /** What has been derived just now; `derivedAt` epoch ms. */
  derived(values: readonly DerivedValue[], derivedAt: number): void;
}

export function createTelling({ any, hears, tell }: Hearers): Telling {
  const one = (series: SeriesName, row: () => Row): void => {
    const id = seriesId(series);
    const heard = [topics.observations, topics.observationsOf(id)].filter(hears);
    if (heard.length === 0) return;
    const payload = JSON.stringify(messageOf(id, row()));
    for (const topic of heard) tell(topic, payload);
  };
  return {
    readings(readings) {
      if (!any()) return;
      for (const reading of readings) one(reading, () => reading);
    },
    derived(values, derivedAt) {
      if (!any()) return;
      for (const value of values) one(value, () => rowOfKept({ ...value, derivedAt }));
    },
  };
}

function messageOf(series: string, row: Row) {
  const id = observationId(series, row.at);
  const place = placeOf('Observations', id);
  return {
    '@iot.id': id,
    ...propertiesOfRow(row),
    Datastream: { '@iot.id': series },
    'Datastream@iot.navigationLink': `${place}/Datastream`,
    'FeatureOfInterest@iot.navigationLink': `${place}/FeatureOfInterest`,
  };
}
