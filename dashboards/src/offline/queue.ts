/** Acknowledgements that were pressed without network: what is to be done with each once the alert is known anew. Pure. */
import type { AlertAnswer } from '../../../devices/wire/api.ts';

/** What the person saw when he pressed. */
export type Seen = Pick<AlertAnswer, 'level' | 'announced_at'> & {
  /** When he had written the same note before, by the gateway's clock, epoch ms. */
  readonly noted_at?: number;
};

/** The newest note of a person with these words, by the gateway's clock; 0: there is none. */
const notedAt = (alert: AlertAnswer, user: string, note: string | undefined): number =>
  Math.max(0, ...alert.notes.filter(({ by, text }) => by === user && text === note).map(({ at }) => at));

export function seenOf(alert: AlertAnswer, user: string, note: string | undefined): Seen {
  const { level, announced_at } = alert;
  const noted_at = notedAt(alert, user, note);
  return { level, ...(announced_at !== undefined && { announced_at }), ...(noted_at > 0 && { noted_at }) };
}

export type Outcome =
  | { readonly kind: 'done'; readonly at: number }
  /** Another person was faster; a note was added to the alert. */
  | { readonly kind: 'taken'; readonly by: string; readonly at: number }
  | { readonly kind: 'cleared'; readonly at: number }
  /** It has become worse or is back since: not acknowledged, he has not seen that. */
  | { readonly kind: 'changed'; readonly at: number }
  | { readonly kind: 'refused'; readonly at: number; readonly detail: string };

export interface Queued {
  readonly id: number;
  readonly user: string;
  /** Id of the alert, and in words what it was about. */
  readonly alert: string;
  readonly what: string;
  readonly note?: string;
  /** When it was pressed, epoch ms. */
  readonly at: number;
  readonly seen: Seen;
  /** Absent: it waits. */
  readonly outcome?: Outcome;
}

export type Step =
  /** Send the acknowledgement with its note. */
  | { readonly kind: 'acknowledge' }
  /** Nothing is left to acknowledge; `note`: what he wrote is still to be added. */
  | { readonly kind: 'end'; readonly outcome: Outcome; readonly note: boolean };

const WORSE: Readonly<Record<AlertAnswer['level'], number>> = { notice: 0, warning: 1, critical: 2 };

/** `at`: now, epoch ms. Asked again after an answer was lost it does nothing twice. */
export function nextStep({ user, note, seen }: Queued, alert: AlertAnswer, at: number): Step {
  const said = notedAt(alert, user, note) > (seen.noted_at ?? 0);
  const end = (outcome: Outcome): Step => ({
    kind: 'end',
    outcome,
    note: note !== undefined && !said,
  });
  if (alert.acknowledged_by === user) return end({ kind: 'done', at: alert.acknowledged_at ?? at });
  if (alert.state === 'cleared') return end({ kind: 'cleared', at: alert.cleared_at ?? at });
  const newer = (alert.announced_at ?? 0) > (seen.announced_at ?? 0);
  if (WORSE[alert.level] > WORSE[seen.level] || newer) return end({ kind: 'changed', at });
  if (alert.acknowledged_by !== null)
    return end({ kind: 'taken', by: alert.acknowledged_by, at: alert.acknowledged_at ?? at });
  return { kind: 'acknowledge' };
}

export const isWaiting = ({ outcome }: Queued): boolean => outcome === undefined;
