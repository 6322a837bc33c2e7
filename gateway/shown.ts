/** What the screens are told as it happens: readings with the level of their point, and stations. */
import type { AlertBook } from './alerts/book.ts';
import { latestReading, stationAnswer } from './api/stations.ts';
import type { Stream } from './api/stream.ts';
import type { Catalog, KnownStation } from './catalog.ts';
import type { DerivedStore } from './derive/derived-store.ts';
import type { LiveReadings } from './live.ts';
import type { StoredReading } from './store/store.ts';

export interface ShownParts {
  readonly stream: Stream;
  readonly alerts: Pick<AlertBook, 'levelOf'>;
  readonly catalog: Pick<Catalog, 'get'>;
  readonly live: Pick<LiveReadings, 'of'>;
  readonly derived: Pick<DerivedStore, 'publishedAt'>;
  readonly now: () => number;
}

export interface Shown {
  reading(reading: StoredReading): void;
  station(station: KnownStation): void;
}

export const createShown = ({ stream, alerts, catalog, live, derived, now }: ShownParts): Shown => ({
  reading(reading) {
    if (stream.size === 0) return;
    const { station, parameter } = reading;
    const level = alerts.levelOf(station, parameter);
    stream.reading({ station, ...latestReading(reading, catalog.get(station), level, now()) });
  },
  station: (station) =>
    stream.send(
      'station',
      stationAnswer(station, live.of(station.id), now(), derived.publishedAt(station.id)),
    ),
});
