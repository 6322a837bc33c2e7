/**
 * What people do with an alert: acknowledge, note, shelve, reset, correct, retract. What they did and its entry in the audit log
 * are written together or not at all.
 */
import type { Level } from '../../devices/limit.ts';
import type { AlertAnswer } from '../../devices/wire/api.ts';
import type { Audit } from '../audit/audit.ts';
import { difference } from '../audit/content.ts';
import type { Catalog } from '../catalog.ts';
import {
  type Alert,
  acknowledgeAlert,
  type Change,
  correctAlert,
  noteAlert,
  resetAlert,
  retractAlert,
} from './alert.ts';
import type { AlertRows } from './rows.ts';
import type { Shelves } from './shelves.ts';
import { shelve, unshelve } from './shelving.ts';

/** Why a person's wish cannot be done. */
export type Refusal = 'unknown' | 'cleared' | 'not shelved' | 'not latched' | 'retracted' | 'has that level';

export interface AlertsByPeople {
  acknowledge(id: number, by: string, note: string | undefined): AlertAnswer | Refusal;
  note(id: number, by: string, text: string): AlertAnswer | Refusal;
  /** Until a time, epoch ms. */
  shelve(id: number, by: string, until: number, reason: string): AlertAnswer | Refusal;
  unshelve(id: number, by: string, reason: string | undefined): AlertAnswer | Refusal;
  /** Ends a latched alert. */
  reset(id: number, by: string, note: string | undefined): AlertAnswer | Refusal;
  /** The level is wrong, also of one that is over. */
  correct(id: number, by: string, level: Level, reason: string): AlertAnswer | Refusal;
  /** It never was, also when it is over: cleared, and whoever was told is told so. */
  retract(id: number, by: string, reason: string): AlertAnswer | Refusal;
}

export interface AlertsByPeopleParts {
  readonly rows: Pick<AlertRows, 'get'>;
  readonly shelves: Shelves;
  readonly audit: Pick<Audit, 'record'>;
  readonly catalog: Pick<Catalog, 'get'>;
  readonly now: () => number;
  /** Writes an alert with what becomes of it, together with what `also` writes; null: nothing was done. */
  change(
    id: number,
    next: (alert: Alert) => Change | null,
    also: (before: Alert, change: Change) => void,
  ): AlertAnswer | null;
}

const STANDING: readonly Alert['state'][] = ['active', 'acknowledged', 'latched'];
/** The note that was added is the reason of the entry; what was measured changes by no person. */
const NOT_TOLD = ['notes', 'evidence'];

export function createAlertsByPeople(parts: AlertsByPeopleParts): AlertsByPeople {
  const { rows, shelves, audit, catalog, now, change } = parts;

  /** `refusal`: why it cannot be done with the alert as it is. */
  const act = (
    action: string,
    id: number,
    refusal: (alert: Alert) => Refusal | null,
    next: (alert: Alert) => Change,
  ): AlertAnswer | Refusal => {
    const found = rows.get(id);
    if (found === null) return 'unknown';
    const told = (before: Alert, { alert, reason }: Change): void =>
      audit.record({
        action: `alert.${action}`,
        what: `alerts/${alert.station}/${id}`,
        area: catalog.get(alert.station)?.area.vi,
        ...difference(before, alert, NOT_TOLD),
        reason,
      });
    return refusal(found.alert) ?? change(id, next, told) ?? 'unknown';
  };
  const ifStanding = ({ state }: Alert): Refusal | null => (STANDING.includes(state) ? null : 'cleared');

  return {
    acknowledge: (id, by, note) =>
      act('acknowledge', id, ifStanding, (alert) => acknowledgeAlert(alert, by, now(), note)),
    note: (id, by, text) =>
      act(
        'note',
        id,
        () => null,
        (alert) => noteAlert(alert, by, now(), text),
      ),
    shelve: (id, by, until, reason) =>
      act('shelve', id, ifStanding, (alert) => {
        const shelf = { by, reason, since: now(), until };
        shelves.put(alert.key, shelf);
        return shelve(alert, shelf);
      }),
    unshelve: (id, by, reason) =>
      act(
        'unshelve',
        id,
        ({ shelved }) => (shelved === undefined ? 'not shelved' : null),
        (alert) => {
          shelves.remove(alert.key);
          return unshelve(alert, by, reason);
        },
      ),
    reset: (id, by, note) =>
      act(
        'reset',
        id,
        ({ state }) => (state === 'latched' ? null : 'not latched'),
        (alert) => resetAlert(alert, by, note),
      ),
    correct: (id, by, level, reason) =>
      act(
        'correct',
        id,
        (alert) => (alert.retracted ? 'retracted' : alert.level === level ? 'has that level' : null),
        (alert) => correctAlert(alert, by, now(), level, reason),
      ),
    retract: (id, by, reason) =>
      act(
        'retract',
        id,
        ({ retracted }) => (retracted ? 'retracted' : null),
        (alert) => retractAlert(alert, by, now(), reason),
      ),
  };
}
