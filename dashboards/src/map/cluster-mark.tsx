/** Several stations as one mark: their number, a ring with the share of each state, and the sign of the worst. */
import { formatCount } from '../format.ts';
import { language, t } from '../i18n.ts';
import { type StationState, WORST_FIRST } from '../judge.ts';
import { Badge } from '../parts/station-mark.tsx';

/** How many stations are in each state, from worst to best; states that none is in are left out. */
export type Shares = ReadonlyArray<{ readonly state: StationState; readonly count: number }>;

export function sharesOf(ids: readonly string[], states: ReadonlyMap<string, StationState>): Shares {
  const counts = new Map<StationState, number>();
  for (const id of ids) {
    const state = states.get(id) ?? 'new';
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return WORST_FIRST.flatMap((state) => {
    const count = counts.get(state);
    return count === undefined ? [] : [{ state, count }];
  });
}

/** Pixels across, by the number of stations. */
export const sizeOf = (count: number): number =>
  count < 10 ? 44 : count < 100 ? 50 : count < 1000 ? 56 : 62;

/** Hundredths of the ring that one bad station among thousands has at least: it must be seen. */
const LEAST = 7;

function arcs(shares: Shares, total: number): { state: StationState; from: number; length: number }[] {
  const wished = shares.map(({ state, count }) => ({
    state,
    length: Math.max((count / total) * 100, LEAST),
  }));
  const sum = wished.reduce((all, { length }) => all + length, 0);
  let from = 0;
  return wished.map(({ state, length }) => {
    const arc = { state, from, length: (length / sum) * 100 };
    from += arc.length;
    return arc;
  });
}

export function ClusterMark({ shares, size }: { shares: Shares; size: number }) {
  const total = shares.reduce((sum, { count }) => sum + count, 0);
  const worst = shares[0]?.state ?? 'new';
  const middle = size / 2;
  const radius = middle - 5;
  return (
    <svg class={`cluster mark-${worst}`} width={size} height={size} aria-hidden="true">
      <circle class="cluster-face" cx={middle} cy={middle} r={middle - 1} />
      <g transform={`rotate(-90 ${middle} ${middle})`}>
        {arcs(shares, total).map(({ state, from, length }) => (
          <circle
            key={state}
            class={`cluster-arc mark-${state}`}
            cx={middle}
            cy={middle}
            r={radius}
            pathLength={100}
            stroke-dasharray={`${length} ${100 - length}`}
            stroke-dashoffset={-from}
          />
        ))}
      </g>
      <text class="cluster-count" x={middle} y={middle} dy="0.35em">
        {formatCount(total, language.value)}
      </text>
      <g transform={`translate(${size - 40} 0)`}>
        <Badge state={worst} />
      </g>
    </svg>
  );
}

/** "42 trạm: 2 Cảnh báo nghiêm trọng, 40 Bình thường". */
export function clusterLabel(shares: Shares): string {
  const total = shares.reduce((sum, { count }) => sum + count, 0);
  const say = (count: number): string => formatCount(count, language.value);
  const states = shares.map(({ state, count }) => `${say(count)} ${t(`state.${state}`)}`).join(', ');
  return t('map.cluster', { n: say(total), states });
}
