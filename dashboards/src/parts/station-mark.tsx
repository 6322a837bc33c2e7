/** A station's mark: its shape says the kind, its colour, ring and badge the worst state. */
import type { StationAnswer } from '../../../devices/wire/api.ts';
import type { StationState } from '../judge.ts';
import { stateOf } from '../state.ts';
import { iconPath } from './icon.tsx';

type Kind = StationAnswer['kind'];

const SHAPES: Readonly<Record<Kind, string>> = {
  air: 'M20 7a13 13 0 1 0 0 26 13 13 0 0 0 0-26z',
  water: 'M20 4c5 6.4 12.5 11.6 12.5 18.8a12.5 12.5 0 0 1-25 0C7.5 15.6 15 10.4 20 4z',
  weather: 'M13 8h14a5 5 0 0 1 5 5v14a5 5 0 0 1-5 5H13a5 5 0 0 1-5-5V13a5 5 0 0 1 5-5z',
  fire: 'M18.3 6.6a2 2 0 0 1 3.4 0l13 22.8a2 2 0 0 1-1.7 3H7a2 2 0 0 1-1.7-3z',
  traffic:
    'M18.6 5.4a2 2 0 0 1 2.8 0l13.2 13.2a2 2 0 0 1 0 2.8L21.4 34.6a2 2 0 0 1-2.8 0L5.4 21.4a2 2 0 0 1 0-2.8z',
};

/** Where the icon stands in its shape: a triangle has its room below the middle. */
const ICON_AT: Readonly<Record<Kind, string>> = {
  air: 'translate(11.6 11.6) scale(.7)',
  water: 'translate(12.2 14.5) scale(.65)',
  weather: 'translate(11.6 11.6) scale(.7)',
  fire: 'translate(12.8 15.6) scale(.6)',
  traffic: 'translate(12.2 12) scale(.65)',
};

/** An exclamation mark, an i, a cross, a question mark. */
const SIGNS: Readonly<Partial<Record<StationState, string>>> = {
  critical: 'M32 4v4.6M32 11.8v.1',
  warning: 'M32 4.5v4M32 11.6v.1',
  notice: 'M32 7.5v4.2M32 4.3v.1',
  silent: 'M29.5 5.5l5 5M34.5 5.5l-5 5',
  doubtful: 'M30 5.7a2.1 2.1 0 1 1 3.2 1.8c-.8.5-1.2.8-1.2 1.7M32 12v.1',
};

/** What is not normal, told by a shape in a corner: it needs no colour. */
export function Badge({ state }: { state: StationState }) {
  const sign = SIGNS[state];
  if (sign === undefined) return null;
  return (
    <g class="mark-badge">
      {badgeShape(state)}
      <path class="mark-sign" d={sign} />
    </g>
  );
}

const ringed = (state: StationState): boolean =>
  state === 'critical' || state === 'warning' || state === 'notice';

export function Mark({ kind, state, size }: { kind: Kind; state: StationState; size: number }) {
  return (
    <svg class={`mark mark-${state}`} width={size} height={size} viewBox="0 0 40 40" aria-hidden="true">
      {ringed(state) && <path class="mark-ring" d={SHAPES[kind]} />}
      <path class="mark-shape" d={SHAPES[kind]} />
      <path class="mark-icon" d={iconPath(kind)} transform={ICON_AT[kind]} />
      <Badge state={state} />
    </svg>
  );
}

/** The outline of the level, as roads know it: octagon, triangle, circle; a square for what is about data. */
function badgeShape(state: StationState) {
  if (state === 'critical') return <path d="M28.7 0h6.6L40 4.7v6.6L35.3 16h-6.6L24 11.3V4.7z" />;
  if (state === 'warning') return <path d="M32-1.5 41 15H23z" />;
  if (state === 'notice') return <circle cx="32" cy="8" r="7.5" />;
  return <rect x="25" y="1" width="14" height="14" rx="4" />;
}

export function StationMark({ id, kind, size }: { id: string; kind: Kind; size: number }) {
  return <Mark kind={kind} state={stateOf(id).value} size={size} />;
}
