/** The readings around an alert, small: the line, the threshold, when it began and ended. */
import { useId } from 'preact/hooks';
import type { AlertAnswer, ReadingsAnswer } from '../../../../devices/wire/api.ts';
import { api } from '../../api.ts';
import { currentTime } from '../../clock.ts';
import { formatHour, formatMoment, parameterName } from '../../format.ts';
import { language, local, t } from '../../i18n.ts';
import { Shown } from '../../parts/shown.tsx';
import { valueText } from '../../parts/value.tsx';
import { everyFor } from '../../series.ts';
import { stations } from '../../state.ts';
import { useAnswer } from '../../use-answer.ts';
import { pathOf, type Span, scaleOf, spanAround } from './cause-scale.ts';

const BOX = { width: 640, height: 150 } as const;
const AGAIN_MS = 60_000;

interface CauseChartProps {
  readonly alert: AlertAnswer;
  readonly station: string;
  readonly parameter: string;
  readonly threshold: number | null;
}

export function CauseChart(props: CauseChartProps) {
  const { alert, station, parameter } = props;
  const known = stations.value.get(station);
  const periodS = known?.parameters.find(({ id }) => id === parameter)?.period_s ?? 60;
  const asked = useAnswer(
    async (signal) => {
      const span = spanAround(alert.opened_at, alert.cleared_at, currentTime());
      const everyS = everyFor(periodS, span.to - span.from);
      const answer = await api.readings({ station, parameter, ...span, everyS }, signal);
      return { span, everyS, answer };
    },
    [station, parameter, alert.opened_at, alert.cleared_at],
    alert.cleared_at === null ? AGAIN_MS : undefined,
  );
  const place = station === alert.station || !known ? '' : ` · ${local(known.name)}`;
  return (
    <figure class="cause-chart">
      <figcaption>
        {parameterName(parameter, language.value)}
        {place}
      </figcaption>
      <Shown asked={asked} lines={3}>
        {(loaded) => <Drawing {...props} {...loaded} />}
      </Shown>
    </figure>
  );
}

interface DrawingProps extends CauseChartProps {
  readonly span: Span;
  readonly everyS: number;
  readonly answer: ReadingsAnswer;
}

function Drawing({ alert, parameter, threshold, span, everyS, answer }: DrawingProps) {
  const id = useId();
  const scale = scaleOf(answer.points, threshold, span, BOX);
  if (scale === null) return <p class="quiet-text">{t('alerts.chart.empty')}</p>;
  const { x, y, low, high } = scale;
  const say = (value: number): string => valueText(value, parameter, answer.unit);
  const time = (at: number): string => formatMoment(at, currentTime(), language.value);
  const ended = alert.cleared_at !== null && alert.cleared_at <= span.to ? alert.cleared_at : null;
  const label = t('alerts.chart.label', {
    parameter: parameterName(parameter, language.value),
    from: time(span.from),
    to: time(span.to),
    low: say(low),
    high: say(high),
  });
  return (
    <>
      <div class="cause-drawing">
        <svg
          viewBox={`0 0 ${BOX.width} ${BOX.height}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={label}
        >
          <clipPath id={id}>
            <rect width={BOX.width} height={BOX.height} />
          </clipPath>
          <g clip-path={`url(#${id})`}>
            <rect
              class={`cause-time cause-${alert.level}`}
              x={x(alert.opened_at)}
              width={Math.max(x(ended ?? span.to) - x(alert.opened_at), 0)}
              height={BOX.height}
            />
            {threshold !== null && (
              <path class={`cause-limit cause-${alert.level}`} d={`M0 ${y(threshold)}H${BOX.width}`} />
            )}
            <path class="cause-line" d={pathOf(answer.points, everyS, scale)} />
          </g>
        </svg>
        {threshold !== null && (
          <span class="cause-limit-text" style={{ top: `${(y(threshold) / BOX.height) * 100}%` }}>
            {t('alerts.chart.limit')} {say(threshold)}
          </span>
        )}
      </div>
      <p class="cause-axis" aria-hidden="true">
        <span>{formatHour(span.from, language.value)}</span>
        <span class="cause-begin" style={{ left: `${(x(alert.opened_at) / BOX.width) * 100}%` }}>
          {formatHour(alert.opened_at, language.value)} {t('alerts.chart.raised')}
        </span>
        <span>{formatHour(span.to, language.value)}</span>
      </p>
    </>
  );
}
