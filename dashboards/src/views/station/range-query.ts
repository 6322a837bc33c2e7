/** The time that is shown, as the address says it: a span up to now, or two moments. Pure. */
import { VIETNAM_AHEAD_MS } from '../../../../devices/local-time.ts';
import { DAY_MS, SHORTEST_MS, SPAN_IDS, SPANS, type Span, spanOfView, type View } from '../../chart/view.ts';
import type { Query } from '../../route.ts';

/** `now`: the last so many ms, going on with time; `all`: since the first value; `fixed`: a time that is over. */
export type Wanted =
  | { readonly kind: 'now'; readonly spanMs: number }
  | { readonly kind: 'all' }
  | { readonly kind: 'fixed'; readonly view: View };

const USUAL: Wanted = { kind: 'now', spanMs: SPANS['24h'] };

export function wantedOf({ span, from, to }: Query): Wanted {
  const view = { from: Number(from), to: Number(to) };
  if (from !== undefined && to !== undefined && spanOfView(view) >= SHORTEST_MS && view.from >= 0)
    return { kind: 'fixed', view };
  const named = SPAN_IDS.find((id) => id === span);
  if (named === 'all') return { kind: 'all' };
  if (named !== undefined) return { kind: 'now', spanMs: SPANS[named] };
  const ms = Number(span);
  return span !== undefined && Number.isFinite(ms) && ms >= SHORTEST_MS ? { kind: 'now', spanMs: ms } : USUAL;
}

/** Which of the named spans is shown, null when it is none of them. */
export function spanNamed(wanted: Wanted): Span | null {
  if (wanted.kind === 'all') return 'all';
  if (wanted.kind === 'fixed') return null;
  return SPAN_IDS.find((id) => id !== 'all' && SPANS[id] === wanted.spanMs) ?? null;
}

/** So near to now that it goes on with time. */
const isAtNow = (view: View, now: number): boolean => view.to >= now - spanOfView(view) / 200;

/** What the address says after a move; an empty value leaves it out. */
export function queryOf(view: View, now: number): Query {
  if (isAtNow(view, now)) return { span: String(Math.round(spanOfView(view))), from: '', to: '' };
  return { span: '', from: String(Math.round(view.from)), to: String(Math.round(view.to)) };
}

export function viewOf(wanted: Wanted, beginning: number | null, now: number): View {
  if (wanted.kind === 'fixed') return wanted.view;
  if (wanted.kind === 'now') return { from: Math.max(0, now - wanted.spanMs), to: now };
  const first = beginning ?? now - SPANS['1y'];
  // Some room before the first value shows that it is the first.
  return { from: Math.max(0, first - (now - first) / 50 - SHORTEST_MS), to: now };
}

/** More is in no file: the export's own bound, which a leap year fills. */
export const LONGEST_FILE_MS = 366 * DAY_MS;

export interface Year extends View {
  readonly year: number;
}

/** The Vietnamese years of a view, newest first, each as far as the view goes. */
export function yearsOf({ from, to }: View): Year[] {
  const yearAt = (at: number): number => new Date(at + VIETNAM_AHEAD_MS).getUTCFullYear();
  const begin = (year: number): number => Date.UTC(year, 0) - VIETNAM_AHEAD_MS;
  const years: Year[] = [];
  for (let year = yearAt(to - 1); year >= yearAt(from); year--)
    years.push({ year, from: Math.max(from, begin(year)), to: Math.min(to, begin(year + 1)) });
  return years;
}
