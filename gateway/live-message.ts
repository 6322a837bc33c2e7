/** `live/{station}`: what flows hear of a station. */
import { parameterOf } from '../devices/parameter.ts';
import type { Live } from '../devices/wire/messages.ts';
import type { KnownStation } from './catalog.ts';
import type { StoredReading } from './store/store.ts';

export const liveMessage = (
  { id, kind, area, latitude, longitude }: KnownStation,
  readings: readonly StoredReading[],
): Live => ({
  station: id,
  kind,
  area,
  latitude,
  longitude,
  readings: readings.map(({ parameter, at, value, flag, reason }) => ({
    parameter,
    unit: parameterOf(parameter).unit,
    at,
    value,
    flag,
    reason,
  })),
});
