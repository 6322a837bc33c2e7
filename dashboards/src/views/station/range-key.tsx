/** What the marks of the chart mean: only those that are in sight; and limits that lie beyond what it shows. */
import { beyond } from '../../chart/bands.ts';
import { extentIn } from '../../chart/range-data.ts';
import type { Drawn } from '../../chart/range-plot.ts';
import type { View } from '../../chart/view.ts';
import { stepOf } from '../../format.ts';
import { t } from '../../i18n.ts';
import { Icon } from '../../parts/icon.tsx';

const MARKS = [
  [3, 'chart.suspect', 'M6 1.5 11 10.5H1z'],
  [4, 'chart.fail', 'M2 2l8 8M10 2l-8 8'],
  [2, 'chart.notEvaluated', 'M6 2a4 4 0 1 0 0 8 4 4 0 0 0 0-8'],
] as const;

export function RangeKey({ drawn, view }: { drawn: readonly Drawn[]; view: View }) {
  const isSeen = ({ from, to }: View): boolean => to > view.from && from < view.to;
  const flags = new Set(
    drawn.flatMap(({ series }) =>
      series.points.flatMap(([at, , flag]) => (at >= view.from && at <= view.to ? [flag] : [])),
    ),
  );
  const [main] = drawn;
  const bands = drawn.length === 1 ? (main?.bands ?? []) : [];
  const far = beyond(main ? extentIn(main.series, view) : null, bands, stepOf(main?.parameter ?? ''));
  const isOfReadings = drawn.some(({ series }) => series.everyS === null);
  const hasMeans = drawn.some(({ series }) => series.low !== null);
  return (
    <ul class="explorer-key">
      {hasMeans && (
        <li>
          <span class="explorer-key-box explorer-key-envelope" />
          {t('chart.envelope')}
        </li>
      )}
      {bands.length > far.length && (
        <li>
          <svg width="18" height="12" aria-hidden="true">
            <path class="key-limit" d="M0 6h18" />
          </svg>
          {t('chart.limitBand')}
        </li>
      )}
      {MARKS.filter(([flag]) => flags.has(flag)).map(([flag, key, path]) => (
        <li key={flag}>
          <svg width="12" height="12" aria-hidden="true">
            <path class={`key-${flag}`} d={path} />
          </svg>
          {t(flag === 4 && !isOfReadings ? 'chart.someFail' : key)}
        </li>
      ))}
      {drawn.some(({ gaps }) => gaps.some(isSeen)) && (
        <li>
          <span class="explorer-key-box key-gap" />
          {t('chart.missing')}
        </li>
      )}
      {drawn.some(({ late }) => late.some(isSeen)) && (
        <li>
          <span class="explorer-key-box explorer-key-late" />
          {t('chart.late')}
        </li>
      )}
      {drawn.some(({ series }) => series.cut) && (
        <li>
          <Icon name="info" size={14} />
          {t('chart.cut')}
        </li>
      )}
      {far.map(({ name, level, label }) => (
        <li key={`${name} ${label}`} class={`text-${level}`}>
          <Icon name={level} size={14} />
          {t('chart.beyond', { limit: label })}
        </li>
      ))}
    </ul>
  );
}
