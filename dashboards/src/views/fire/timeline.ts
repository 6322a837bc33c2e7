/** What happened in an incident, in the order in which it happened: by the time of the reading, where there is one. Pure. */
import type { AlertAnswer, TransitionAnswer } from '../../../../devices/wire/api.ts';

export interface Event {
  readonly id: string;
  readonly kind: TransitionAnswer['kind'];
  /** When it happened, epoch ms. */
  readonly at: number;
  /** When the centre learned of it, where that was much later; null otherwise. */
  readonly arrivedAt: number | null;
  readonly alert: AlertAnswer;
  readonly by: string | null;
  readonly reason: string | null;
  readonly reading: TransitionAnswer['reading'];
}

/** Who was told by which way: of interest when it is asked for, and in the way otherwise. */
const TELLING: readonly Event['kind'][] = ['told', 'not told', 'sounded', 'silenced', 'not confirmed'];
export const isTelling = ({ kind }: Event): boolean => TELLING.includes(kind);

/** What arrives within this time has arrived at once. */
const AT_ONCE_MS = 90_000;

export function eventsOf(
  transitions: readonly TransitionAnswer[],
  alerts: readonly AlertAnswer[],
): readonly Event[] {
  const byId = new Map(alerts.map((alert) => [alert.id, alert]));
  return transitions
    .flatMap((transition): Event[] => {
      const alert = byId.get(transition.alert);
      // An alert that opens an incident or joins it as it opens says nothing by that.
      if (alert === undefined || isOpening(transition, transitions)) return [];
      const { id, kind, by, reason, reading } = transition;
      const at = reading?.at ?? transition.at;
      const late = transition.at - at > AT_ONCE_MS;
      return [{ id, kind, at, arrivedAt: late ? transition.at : null, alert, by, reason, reading }];
    })
    .sort((one, other) => one.at - other.at || Number(one.id) - Number(other.id));
}

const isOpening = (one: TransitionAnswer, all: readonly TransitionAnswer[]): boolean =>
  one.kind === 'joined incident' &&
  all.some(({ kind, alert, at }) => kind === 'raised' && alert === one.alert && Math.abs(at - one.at) < 1000);
