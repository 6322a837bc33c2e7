/** Thirty days of the parameter with the values of the limit on it, which can be dragged, moved by keys, or typed beside. */
import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { RehearsalOutcome, RehearsedAlert } from '../../../../devices/wire/rehearsal.ts';
import { currentTime } from '../../clock.ts';
import { parameterName } from '../../format.ts';
import { language, t } from '../../i18n.ts';
import { Shown } from '../../parts/shown.tsx';
import { scheme } from '../../theme.ts';
import { useAnswer } from '../../use-answer.ts';
import { type Limit, readingsOver } from './calls.ts';
import { alertsOf, type Key, rehearsedSpan, type Span } from './compare.ts';
import { Handle } from './handle.tsx';
import type { Hours, LimitPlot } from './limit-plot.ts';
import { exact } from './number.ts';
import type { Threshold } from './thresholds.ts';
import type { Rehearsed } from './use-rehearsal.ts';

interface LimitChartProps {
  readonly station: string;
  readonly parameter: Limit['parameter'];
  readonly thresholds: readonly Threshold[];
  /** What the standard or the limit in force says: a line that cannot be moved. */
  readonly fixed: ReadonlyArray<{ readonly value: number; readonly name: string }>;
  readonly move: (field: string, value: number) => void;
  readonly rehearsed: ReadonlySignal<Extract<Rehearsed, { kind: 'done' }> | null>;
  readonly tried: Key;
  readonly present: Key | null;
}

const HOUR_S = 3600;

const hoursOf = async (
  station: string,
  parameter: string,
  { from, to }: Span,
  signal: AbortSignal,
): Promise<Hours> => {
  const query = { station, parameter, from, to, every: HOUR_S } as const;
  const [low, high] = await Promise.all([
    readingsOver({ ...query, aggregate: 'min' }, signal),
    readingsOver({ ...query, aggregate: 'max' }, signal),
  ]);
  const lowest = new Map(low.points.map(([at, value]) => [at, value]));
  const hours: { at: number[]; low: (number | null)[]; high: (number | null)[] } = {
    at: [],
    low: [],
    high: [],
  };
  for (const [at, value] of high.points) {
    const last = hours.at.at(-1);
    // An hour that is absent breaks the line.
    if (last !== undefined && at - last > HOUR_S * 1000) {
      hours.at.push(last + HOUR_S * 1000);
      hours.low.push(null);
      hours.high.push(null);
    }
    hours.at.push(at);
    hours.low.push(lowest.get(at) ?? null);
    hours.high.push(value);
  }
  return hours;
};

export function LimitChart(props: LimitChartProps) {
  const { station, parameter } = props;
  const span = useRef(rehearsedSpan(currentTime(), false).counted).current;
  const asked = useAnswer((signal) => hoursOf(station, parameter, span, signal), [station, parameter]);
  return (
    <Shown asked={asked} lines={6}>
      {(hours) =>
        hours.at.length === 0 ? (
          <p class="quiet-text">{t('limits.chart.empty')}</p>
        ) : (
          <Plotted {...props} hours={hours} span={span} />
        )
      }
    </Shown>
  );
}

const standing = (alerts: readonly RehearsedAlert[], to: number): Span[] =>
  alerts.map(({ opened_at, cleared_at }) => ({ from: opened_at, to: cleared_at ?? to }));

function Plotted({ hours, span, ...props }: LimitChartProps & { hours: Hours; span: Span }) {
  const { parameter, thresholds, fixed, move, rehearsed, tried, present } = props;
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<LimitPlot | null>(null);
  /** Counts the drawings: handles stand where the values are now. */
  const drawn = useSignal(0);
  const dragging = useSignal<string | null>(null);
  const values = [...thresholds, ...fixed].map(({ value }) => value);
  const marks = JSON.stringify(values);

  useEffect(() => {
    let ended = false;
    void import('./limit-plot.ts').then(({ createLimitPlot }) => {
      if (ended || !box.current) return;
      const moved = (): void => {
        drawn.value += 1;
      };
      const options = { language: language.value, span, hours, number: exact, moved };
      plot.current = createLimitPlot(box.current, options);
      plot.current.show(values);
      drawStood();
    });
    return () => {
      ended = true;
      plot.current?.remove();
      plot.current = null;
    };
  }, [hours, scheme.value, language.value]);

  // While a line is dragged the scale under it stands still.
  useEffect(() => {
    if (dragging.value === null) plot.current?.show(values);
    else drawn.value += 1;
  }, [marks, dragging.value]);

  const drawStood = (): void => {
    const answer = rehearsed.value?.answer;
    const of = (outcome: RehearsalOutcome | null | undefined, key: Key | null): Span[] =>
      outcome && key ? standing(alertsOf(outcome, key, span), span.to) : [];
    plot.current?.stood(of(answer?.present, present), of(answer?.rehearsed, tried));
  };
  useEffect(drawStood, [rehearsed.value, tried.name, present?.name]);

  const at = drawn.value > 0 ? plot.current : null;
  const area = at?.box();
  return (
    <figure class="limit-chart">
      <figcaption class="unseen">
        {t('limits.chart.label', { parameter: parameterName(parameter, language.value) })}
      </figcaption>
      <div class="limit-chart-box">
        <div ref={box} aria-hidden="true" />
        {at &&
          area &&
          fixed.map(({ value, name }) => (
            <span
              key={name}
              class="limit-fixed"
              style={{ top: `${at.yOf(value)}px`, left: `${area.left}px`, width: `${area.width}px` }}
            >
              <span>{name}</span>
            </span>
          ))}
        {at &&
          area &&
          thresholds.map((threshold) => (
            <Handle
              key={threshold.field}
              threshold={threshold}
              parameter={parameter}
              plot={at}
              area={area}
              dragging={dragging}
              move={move}
            />
          ))}
      </div>
      <p class="limit-chart-key">
        <span class="key-band">{t('limits.chart.band')}</span>
        <span class="key-present">{t('limits.chart.present')}</span>
        <span class="key-tried">{t('limits.chart.tried')}</span>
      </p>
    </figure>
  );
}
