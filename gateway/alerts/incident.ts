/** Incidents: fire alarms of neighbouring posts are one incident that grows. Pure. */
import { metresBetween, type Place } from '../../devices/distance.ts';
import { FIRE_SIGNS } from '../../devices/fire/signals.ts';
import type { KnownStation } from '../catalog.ts';
import { type Alert, isWorse } from './alert.ts';
import type { AlertSettings } from './settings.ts';

/** An alert that belongs to an incident, and where its station is. */
export interface Member {
  readonly incident: number;
  readonly place: Place;
}

/** A fire post reports what a fire is seen by, at the level of an alarm: a low battery of it is no fire. */
export const isFireAlarm = (
  alert: Alert,
  kind: KnownStation['kind'] | undefined,
  { level }: AlertSettings['incident'],
): boolean =>
  kind === 'fire' &&
  FIRE_SIGNS.has(alert.parameter) &&
  !alert.no_data &&
  !alert.about &&
  !isWorse(level, alert.level);

/** The incidents that it belongs to, oldest first: more than one when it lies between them, and they become one. */
export function nearbyIncidents(place: Place, members: readonly Member[], withinM: number): number[] {
  const near = members.filter((member) => metresBetween(place, member.place) <= withinM);
  return [...new Set(near.map(({ incident }) => incident))].sort((a, b) => a - b);
}
