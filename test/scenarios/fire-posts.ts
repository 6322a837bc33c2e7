/** What fire posts make of their sensors, as their edge does: their alarms, and their level as readings. */
import { FIRE_PERIOD_S, fireAlarm, fireReading } from '../../devices/fire/report.ts';
import type { FireSettings } from '../../devices/fire/settings.ts';
import { FIRE_PARAMETERS } from '../../devices/fire/signals.ts';
import {
  type FirePost,
  type FireState,
  firePost,
  initialFireState,
  stepFire,
} from '../../devices/fire-detection.ts';
import type { Reading } from '../../devices/reading.ts';
import type { Alarm, InventoryStation } from '../../devices/wire/messages.ts';
import type { StoredReading } from '../../gateway/store/store.ts';

export interface PlayedPosts {
  /** `fire_detection`: when it changes, and every minute in which a sensor is read. */
  readonly readings: readonly StoredReading[];
  /** By the reading that decided it. */
  readonly alarms: ReadonlyMap<Reading, Alarm>;
}

/** `rules`: the settings of the posts, by station. Readings in the order of arrival. */
export function playPosts(
  measured: readonly StoredReading[],
  stations: readonly InventoryStation[],
  rules: Readonly<Record<string, FireSettings>>,
): PlayedPosts {
  const posts = new Map<string, { readonly post: FirePost; state: FireState; toldAt: number }>();
  for (const { id, parameters } of stations) {
    const settings = rules[id];
    if (settings === undefined) continue;
    const sensors = parameters
      .filter((own) => FIRE_PARAMETERS.includes(own.id))
      .map((own) => ({ parameter: own.id, periodS: own.period_s }));
    posts.set(id, { post: firePost(settings, sensors, null), state: initialFireState, toldAt: 0 });
  }
  const readings: StoredReading[] = [];
  const alarms = new Map<Reading, Alarm>();
  for (const reading of measured) {
    const entry = posts.get(reading.station);
    if (entry === undefined) continue;
    const before = entry.state.level;
    entry.state = stepFire(entry.post, entry.state, reading);
    const changed = entry.state.level !== before;
    if (!changed && reading.at - entry.toldAt < FIRE_PERIOD_S * 1000) continue;
    entry.toldAt = reading.at;
    const told = fireReading(entry.post, reading.station, entry.state, reading.at);
    readings.push({ ...told, receivedAt: reading.receivedAt });
    const alarm = changed ? fireAlarm(entry.post, reading.station, entry.state, reading.at) : null;
    if (alarm !== null) alarms.set(reading, alarm);
  }
  return { readings, alarms };
}
