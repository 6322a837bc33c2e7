/** A plan of the posts that see fire, north up: numbers as in the list beside it, a scale, and the way of the wind. */
import { metresBetween } from '../../../../devices/distance.ts';
import type { AlertAnswer, StationAnswer } from '../../../../devices/wire/api.ts';
import { t } from '../../i18n.ts';
import { leeward } from './bearing.ts';
import { distanceText } from './distance-text.ts';
import { planOf } from './plan.ts';
import { windOf } from './wind-now.tsx';

const [WIDTH, HEIGHT, MARGIN] = [320, 240, 46];

export interface Seen {
  readonly station: StationAnswer;
  /** The worst of its open alerts; null: none is open any more. */
  readonly level: AlertAnswer['level'] | null;
}

export function IncidentPlan({ posts }: { posts: readonly Seen[] }) {
  const [first] = posts;
  if (first === undefined) return null;
  const { spots, scale } = planOf(
    posts.map(({ station }) => station),
    WIDTH,
    HEIGHT,
    MARGIN,
  );
  const { direction } = windOf(first.station);
  return (
    <figure class="incident-plan">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={t('fire.planSaid', { n: posts.length })}>
        {direction !== null &&
          spots.map(({ x, y }, index) => (
            // Where smoke and sparks go from the post.
            <path
              key={posts[index]?.station.id}
              class="plan-lee"
              d={`M${x} ${y}l-22 -60a64 64 0 0 1 44 0z`}
              style={{
                transform: `rotate(${leeward(direction.reading.value)}deg)`,
                transformOrigin: `${x}px ${y}px`,
              }}
            />
          ))}
        {spots.slice(1).map(({ x, y }, index) => (
          <Line
            key={posts[index + 1]?.station.id}
            from={spots[0]}
            to={{ x, y }}
            metres={between(first, posts[index + 1])}
          />
        ))}
        {spots.map(({ x, y }, index) => (
          <g key={posts[index]?.station.id} class={`plan-post plan-${posts[index]?.level ?? 'over'}`}>
            <circle cx={x} cy={y} r={15} />
            <text x={x} y={y} dy="0.36em">
              {index + 1}
            </text>
          </g>
        ))}
        <g class="plan-scale">
          <path d={`M12 ${HEIGHT - 12}v-5m0 5h${scale.length}m0 0v-5`} />
          <text x={12 + scale.length + 6} y={HEIGHT - 10}>
            {distanceText(scale.metres)}
          </text>
        </g>
        <g class="plan-north">
          <path d={`M${WIDTH - 20} 34V12m-5 7 5-8 5 8`} />
          <text x={WIDTH - 20} y={48}>
            {t('place.side.n').slice(0, 1)}
          </text>
        </g>
      </svg>
      <figcaption>{t('fire.plan')}</figcaption>
    </figure>
  );
}

const between = (one: Seen, other: Seen | undefined): number =>
  other === undefined ? 0 : metresBetween(one.station, other.station);

interface LineProps {
  readonly from: { readonly x: number; readonly y: number } | undefined;
  readonly to: { readonly x: number; readonly y: number };
  readonly metres: number;
}

function Line({ from = { x: 0, y: 0 }, to, metres }: LineProps) {
  return (
    <g class="plan-line">
      <path d={`M${from.x} ${from.y}L${to.x} ${to.y}`} />
      {Math.hypot(to.x - from.x, to.y - from.y) > 70 && (
        <text x={(from.x + to.x) / 2} y={(from.y + to.y) / 2} dy="0.36em">
          {distanceText(metres)}
        </text>
      )}
    </g>
  );
}
