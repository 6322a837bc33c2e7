/** What the marks of a chart of intervals mean: only those that it has. */
import { t } from '../i18n.ts';
import type { Point } from '../series.ts';

const MARKS = [
  [3, 'chart.suspect', 'M6 1.5 11 10.5H1z'],
  [4, 'chart.someFail', 'M2 2l8 8M10 2l-8 8'],
  [2, 'chart.notEvaluated', 'M6 2a4 4 0 1 0 0 8 4 4 0 0 0 0-8'],
] as const;

interface ChartKeyProps {
  readonly points: readonly Point[];
  readonly gaps: boolean;
  readonly threshold: boolean;
}

export function ChartKey({ points, gaps, threshold }: ChartKeyProps) {
  const flags = new Set(points.map(([, , flag]) => flag));
  const shown = MARKS.filter(([flag]) => flags.has(flag));
  if (shown.length === 0 && !threshold && !gaps) return null;
  return (
    <p class="chart-key">
      {threshold && (
        <span>
          <svg width="18" height="12" aria-hidden="true">
            <path class="key-limit" d="M0 6h18" />
          </svg>
          {t('chart.threshold')}
        </span>
      )}
      {shown.map(([flag, key, path]) => (
        <span key={flag}>
          <svg width="12" height="12" aria-hidden="true">
            <path class={`key-${flag}`} d={path} />
          </svg>
          {t(key)}
        </span>
      ))}
      {gaps && (
        <span>
          <span class="key-gap" />
          {t('chart.missing')}
        </span>
      )}
    </p>
  );
}
