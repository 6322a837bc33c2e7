/** The hours of a day as bars, and the usual of each hour as a mark over them. */
import { formatNumber } from '../../format.ts';
import { language, t } from '../../i18n.ts';
import type { Hours, Metric } from './day-hours.ts';

const [WIDTH, HEIGHT] = [720, 170];
const STEP = WIDTH / 24;

interface CompareProps {
  readonly hours: Hours;
  readonly usual: Hours;
  readonly metric: Metric;
  readonly dayText: string;
}

export function CompareChart({ hours, usual, metric, dayText }: CompareProps) {
  const greatest = Math.max(...[...hours, ...usual].map((value) => value ?? 0));
  if (greatest <= 0) return null;
  const y = (value: number): number => HEIGHT - (value / (greatest * 1.08)) * HEIGHT;
  return (
    <figure class="compare">
      <span class="compare-top" aria-hidden="true">
        {formatNumber(greatest, metric, language.value)}
      </span>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t('traffic.comparedSaid')}
      >
        {hours.map((value, hour) =>
          value === null ? null : (
            <rect
              key={hour}
              class="compare-bar"
              x={hour * STEP + STEP * 0.16}
              y={y(value)}
              width={STEP * 0.68}
              height={HEIGHT - y(value)}
            />
          ),
        )}
        {usual.map((value, hour) =>
          value === null ? null : (
            <path
              key={hour}
              class="compare-usual"
              d={`M${hour * STEP + 2} ${y(value)}h${STEP - 4}`}
              vector-effect="non-scaling-stroke"
            />
          ),
        )}
      </svg>
      <span class="compare-hours" aria-hidden="true">
        {[0, 6, 12, 18, 24].map((hour) => (
          <span key={hour}>{hour}</span>
        ))}
      </span>
      <figcaption class="compare-key">
        <span>
          <span class="key-bar" aria-hidden="true" />
          {t('traffic.ofDay', { day: dayText })}
        </span>
        <span>
          <span class="key-usual" aria-hidden="true" />
          {t('traffic.usualOf')}
        </span>
      </figcaption>
    </figure>
  );
}
