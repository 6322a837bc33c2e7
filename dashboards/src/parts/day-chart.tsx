/** The last 24 hours of one parameter: what is drawn, and the same in words. */
import { useSignalEffect } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { StationAnswer } from '../../../devices/wire/api.ts';
import type { DayPlot } from '../chart/day-plot.ts';
import type { Limit } from '../chart/marks.ts';
import { currentTime, now } from '../clock.ts';
import type { DaySeries } from '../day-series.ts';
import { formatMoment, parameterName } from '../format.ts';
import { language, t } from '../i18n.ts';
import { raisedBy } from '../merge.ts';
import { extent, gapsOf, type Point } from '../series.ts';
import { alertsAt } from '../state.ts';
import { scheme } from '../theme.ts';
import { ChartKey } from './chart-key.tsx';
import { Skeleton } from './notices.tsx';
import { useDaySeries } from './use-day-series.ts';
import { valueText } from './value.tsx';

interface DayChartProps {
  readonly station: string;
  readonly parameter: StationAnswer['parameters'][number];
}

/** Lines to draw: the size of a change or of a silence is none among the values. */
const limitsOf = (station: string, parameter: string): Limit[] =>
  alertsAt(station)
    .filter((alert) => alert.parameter === parameter)
    .flatMap((alert) => {
      const proof = raisedBy(alert);
      const ofValue = proof?.within_s === undefined && alert.no_data === undefined;
      return proof && ofValue ? [{ value: proof.threshold, level: alert.level }] : [];
    });

/** Of an interval that has a mean not all has failed: the mean is of the rest. */
const wordOf = ([, value, flag]: Point) =>
  flag === 4 && value !== null ? 'chart.someFailed' : (`flag.${flag}` as const);

export function DayChart({ station, parameter }: DayChartProps) {
  const { day, retry } = useDaySeries(station, parameter);
  const [hovered, setHovered] = useState<Point | null>(null);
  const name = parameterName(parameter.id, language.value);
  const loaded = day.value;
  const series = typeof loaded === 'string' ? null : loaded;
  const points = series?.series.points ?? [];
  const range = extent(points);
  const limits = limitsOf(station, parameter.id);
  const say = (value: number) => valueText(value, parameter.id, parameter.unit);

  const label = t('chart.label', { parameter: name });
  const last = points.findLast(([, value]) => value !== null)?.[1];
  const summary =
    range && last != null
      ? `${label}: ${t('chart.summary', { low: say(range.low), high: say(range.high), last: say(last) })}`
      : label;

  return (
    <figure class="chart">
      <figcaption class="chart-head">
        <span class="chart-name">{name}</span>
        <span class="chart-readout">
          {hovered ? (
            <>
              {formatMoment(hovered[0], now.peek(), language.value)}
              <strong>{hovered[1] === null ? t('value.none') : say(hovered[1])}</strong>
              {hovered[2] !== 1 && t(wordOf(hovered))}
            </>
          ) : (
            range && t('chart.range', { low: say(range.low), high: say(range.high) })
          )}
        </span>
      </figcaption>
      {loaded === 'loading' && <Skeleton lines={3} />}
      {loaded === 'failed' && (
        <p class="chart-note" role="alert">
          {t('chart.failed')}
          <button type="button" class="button" onClick={retry}>
            {t('app.retry')}
          </button>
        </p>
      )}
      {series && points.length === 0 && <p class="chart-note">{t('chart.empty')}</p>}
      {series && points.length > 0 && (
        <>
          <Plot day={series} parameter={parameter} limits={limits} label={summary} hover={setHovered} />
          <ChartKey
            points={points}
            gaps={gapsOf(points, series.everyS, parameter.period_s, currentTime()).length > 0}
            threshold={limits.length > 0}
          />
        </>
      )}
    </figure>
  );
}

interface PlotProps {
  readonly day: DaySeries;
  readonly parameter: DayChartProps['parameter'];
  readonly limits: readonly Limit[];
  readonly label: string;
  readonly hover: (point: Point | null) => void;
}

function Plot({ day, parameter, limits, label, hover }: PlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<DayPlot | null>(null);
  const newest = useRef(day);
  newest.current = day;

  useEffect(() => {
    let ended = false;
    void import('../chart/day-plot.ts').then(({ createDayPlot }) => {
      if (ended || !box.current) return;
      plot.current = createDayPlot(box.current, {
        unit: parameter.unit,
        parameter: parameter.id,
        periodS: parameter.period_s,
        language: language.value,
        limits,
        hover,
        now: currentTime,
      });
      plot.current.set(newest.current);
    });
    return () => {
      ended = true;
      plot.current?.remove();
      plot.current = null;
    };
  }, [
    scheme.value,
    language.value,
    parameter.id,
    parameter.unit,
    parameter.period_s,
    JSON.stringify(limits),
  ]);

  useEffect(() => plot.current?.set(day), [day]);

  // Time moves on even when nothing comes.
  const drawnAt = useRef(0);
  useSignalEffect(() => {
    if (now.value - drawnAt.current < 30_000) return;
    drawnAt.current = now.value;
    plot.current?.set(newest.current);
  });

  return <div class="chart-plot" ref={box} role="img" aria-label={label} />;
}
