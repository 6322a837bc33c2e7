/** What the time and the surroundings do to an alert that stands: shelves end, causes come and go, patience ends. Pure. */
import type { Alert, Change } from './alert.ts';
import { announced } from './announcement.ts';
import { escalate } from './escalation.ts';
import { calm } from './flapping.ts';
import { stepInhibition } from './inhibition.ts';
import { stepLate } from './late.ts';
import { type Outage, stepService } from './out-of-service.ts';
import type { AlertSettings } from './settings.ts';
import { type Shelf, stepShelf } from './shelving.ts';

/** All that decides, as the ledger and the gateway know it now. */
export interface Surroundings {
  readonly shelf: Shelf | null;
  readonly outage: Outage | null;
  /** Key of the silence that explains it. */
  readonly cause: string | null;
  readonly latches: boolean;
  readonly settings: AlertSettings;
  readonly now: number;
}

type Step = (alert: Alert, around: Surroundings) => Change | null;

const STEPS: readonly Step[] = [
  (alert, { shelf, now }) => stepShelf(alert, shelf, now),
  (alert, { outage }) => stepService(alert, outage),
  (alert, { cause, settings, now }) => stepInhibition(alert, cause, settings.settle_s * 1000, now),
  (alert, { now }) => stepLate(alert, now),
  (alert, { settings, latches, now }) => calm(alert, settings.flapping, latches, now),
];

/** The changes that are due, each with the alert after it; none when nothing is. */
export function passing(before: Alert, around: Surroundings): Change[] {
  const changes: Change[] = [];
  let alert = before;
  for (const step of STEPS) {
    const change = alert.state === 'cleared' ? null : step(alert, around);
    if (change === null) continue;
    changes.push(change);
    ({ alert } = change);
  }
  // Who wakes up now has not been told yet, and his time begins.
  const late = escalate(announced(before, alert, around.now), around.settings.escalate_s, around.now);
  return late === null ? changes : [...changes, late];
}
