/** What the chart says in numbers: at the moment that is pointed at, or of the whole time that is seen. */
import { type Facts, factsOf, type RangeSeries } from '../../chart/range-data.ts';
import type { View } from '../../chart/view.ts';
import { now } from '../../clock.ts';
import { formatDate, formatHour, formatMoment, isSwitch, parameterName } from '../../format.ts';
import { language, t } from '../../i18n.ts';
import { Icon } from '../../parts/icon.tsx';
import { FlagTag, valueText } from '../../parts/value.tsx';
import type { Point } from '../../series.ts';
import type { Parameter } from './calls.ts';

interface ReadoutProps {
  readonly parameters: readonly Parameter[];
  readonly series: readonly RangeSeries[];
  readonly view: View;
  /** The moment that is pointed at, null: none. */
  readonly at: number | null;
}

/** The point that a moment is nearest to, of those not farther than two intervals. */
function indexAt({ points, everyS }: RangeSeries, at: number, periodS: number): number {
  let [low, high] = [0, points.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((points[middle]?.[0] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  const found = points[low]?.[0];
  return found !== undefined && Math.abs(found - at) <= 2000 * (everyS ?? periodS) ? low : -1;
}

/** An interval by its beginning and its end, whole days by their dates, a reading by its moment. */
export function momentText(at: number, everyS: number | null): string {
  if (everyS === null) return formatMoment(at, now.peek(), language.value);
  const end = at + everyS * 1000;
  if (everyS < 86_400)
    return `${formatMoment(at, now.peek(), language.value)} – ${formatHour(end, language.value)}`;
  const [first, last] = [formatDate(at), formatDate(end - 1)];
  return first === last ? first : `${first} – ${last}`;
}

/** Of an interval that has a mean not all has failed: the mean is of the rest. */
export function PointFlag({ point: [, value, flag], everyS }: { point: Point; everyS: number | null }) {
  if (everyS === null || flag !== 4 || value === null) return <FlagTag flag={flag} reason={null} />;
  return (
    <span class="tag tag-flag-4 explorer-some">
      <Icon name="fail" size={12} weight={2.4} />
      {t('chart.someFailed')}
    </span>
  );
}

export function Readout({ parameters, series, view, at }: ReadoutProps) {
  return (
    <div class="explorer-readout" aria-live="polite">
      {parameters.map((parameter, index) => {
        const own = series[index];
        if (!own) return null;
        return (
          <p key={parameter.id} class={`explorer-readout-line explorer-readout-${index}`}>
            <svg width="20" height="10" aria-hidden="true">
              <path d="M0 5h20" />
            </svg>
            <strong class="explorer-readout-name">{parameterName(parameter.id, language.value)}</strong>
            {at === null ? (
              <Whole parameter={parameter} facts={factsOf(own, view)} />
            ) : (
              <At parameter={parameter} series={own} at={at} />
            )}
          </p>
        );
      })}
    </div>
  );
}

function Whole({ parameter, facts }: { parameter: Parameter; facts: Facts | null }) {
  const say = (value: number): string => valueText(value, parameter.id, parameter.unit);
  if (facts === null) return <span>{t('chart.nothing')}</span>;
  if (isSwitch(parameter.id)) return <span>{t('chart.lastIs', { value: say(facts.last) })}</span>;
  return (
    <span>{t('chart.facts', { low: say(facts.low), mean: say(facts.mean), high: say(facts.high) })}</span>
  );
}

function At({ parameter, series, at }: { parameter: Parameter; series: RangeSeries; at: number }) {
  const index = indexAt(series, at, parameter.period_s);
  const point = series.points[index];
  if (!point) return <span>{t('chart.noneHere')}</span>;
  const [moment, value] = point;
  const [low, high] = [series.low?.[index] ?? null, series.high?.[index] ?? null];
  const say = (number: number): string => valueText(number, parameter.id, parameter.unit);
  return (
    <>
      <span>{momentText(moment, series.everyS)}</span>
      <strong class="explorer-readout-value">{value === null ? t('value.none') : say(value)}</strong>
      {low !== null && high !== null && low !== high && (
        <span>{t('chart.between', { low: say(low), high: say(high) })}</span>
      )}
      {point[2] !== 1 && <PointFlag point={point} everyS={series.everyS} />}
    </>
  );
}
