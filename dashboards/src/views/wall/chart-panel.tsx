/** One parameter of one station over the last day, with its value now as large as there is room for. */
import { useEffect, useRef } from 'preact/hooks';
import type { StationAnswer } from '../../../../devices/wire/api.ts';
import type { Limit } from '../../chart/marks.ts';
import { currentTime, now } from '../../clock.ts';
import type { DaySeries } from '../../day-series.ts';
import { parameterName } from '../../format.ts';
import { language, local, t } from '../../i18n.ts';
import { headlines } from '../../judge.ts';
import { raisedBy } from '../../merge.ts';
import { Age, StaleTag, useStale } from '../../parts/age.tsx';
import { Notice, Origin, Skeleton } from '../../parts/notices.tsx';
import { useDaySeries } from '../../parts/use-day-series.ts';
import { FlagTag, Value } from '../../parts/value.tsx';
import { alertsAt, loaded, readingsOf, stations } from '../../state.ts';
import { Panel } from './panel.tsx';
import type { WallPlot } from './wall-plot.ts';

type Parameter = StationAnswer['parameters'][number];

/** The chosen station, or the first that has a name to show. */
function chosenOf(id: string): StationAnswer | undefined {
  return id === '' ? stations.value.values().next().value : stations.value.get(id);
}

function parameterIn(station: StationAnswer, wanted: string): Parameter | undefined {
  const [usual] = headlines(station, new Set(), 1);
  const find = (id: string | undefined) => station.parameters.find((parameter) => parameter.id === id);
  return find(wanted) ?? find(usual);
}

export function ChartPanel({ station: id, parameter: wanted }: { station: string; parameter: string }) {
  const station = chosenOf(id);
  const parameter = station && parameterIn(station, wanted);
  if (!station || !parameter)
    return (
      <Panel name="chart" title={t('wall.chart')}>
        {loaded.value === 'ready' ? (
          <Notice icon="doubtful" title={t('wall.noStation')} text={t('wall.noStationText', { id })} />
        ) : (
          <Skeleton lines={4} />
        )}
      </Panel>
    );
  const name = local(station.name);
  return (
    <Panel
      name="chart"
      title={<bdi title={name}>{name}</bdi>}
      note={parameterName(parameter.id, language.value)}
    >
      <Now station={station} parameter={parameter} />
      <Day key={`${station.id} ${parameter.id}`} station={station.id} parameter={parameter} />
    </Panel>
  );
}

function Now({ station, parameter }: { station: StationAnswer; parameter: Parameter }) {
  const reading = readingsOf(station.id).value.get(parameter.id);
  const stale = useStale(reading?.at ?? Number.POSITIVE_INFINITY, parameter.period_s);
  const level = alertsAt(station.id).find((alert) => alert.parameter === parameter.id)?.level;
  return (
    <div class={`wall-now${stale ? ' is-stale' : ''}${level ? ` text-${level}` : ''}`}>
      <Value value={reading?.value ?? null} parameter={parameter.id} unit={reading?.unit ?? parameter.unit} />
      <p>
        {reading ? <Age at={reading.at} /> : t('age.none')}
        {stale && <StaleTag />}
        {reading && reading.flag !== 1 && <FlagTag flag={reading.flag} reason={reading.reason} />}
        <Origin origin={station.origin} short />
      </p>
    </div>
  );
}

/** The limits that are crossed; the size of a change or of a silence is none among the values. */
const limitsOf = (station: string, parameter: string): Limit[] =>
  alertsAt(station)
    .filter((alert) => alert.parameter === parameter && alert.no_data === undefined)
    .flatMap((alert) => {
      const proof = raisedBy(alert);
      return proof && proof.within_s === undefined ? [{ value: proof.threshold, level: alert.level }] : [];
    });

function Day({ station, parameter }: { station: string; parameter: Parameter }) {
  const { day } = useDaySeries(station, parameter);
  const { value } = day;
  if (value === 'loading') return <Skeleton lines={4} />;
  if (value === 'failed') return <Notice icon="silent" title={t('shown.failed')} />;
  if (value.series.points.length === 0) return <Notice icon="clock" title={t('chart.empty')} />;
  return <Plot day={value} parameter={parameter} limits={limitsOf(station, parameter.id)} />;
}

interface PlotProps {
  readonly day: DaySeries;
  readonly parameter: Parameter;
  readonly limits: readonly Limit[];
}

/** A minute is less than a pixel: more often nothing would be seen to move. */
const MOVE_MS = 60_000;

function Plot({ day, parameter, limits }: PlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<WallPlot | null>(null);
  const newest = useRef({ day, limits });
  newest.current = { day, limits };
  useEffect(() => {
    let ended = false;
    void import('./wall-plot.ts').then(({ createWallPlot }) => {
      if (ended || !box.current) return;
      plot.current = createWallPlot(box.current, {
        parameter: parameter.id,
        unit: parameter.unit,
        periodS: parameter.period_s,
        language: language.value,
        now: currentTime,
      });
      plot.current.set(newest.current.day, newest.current.limits);
    });
    return () => {
      ended = true;
      plot.current?.remove();
      plot.current = null;
    };
  }, [language.value, parameter.id, parameter.unit, parameter.period_s]);
  const minute = Math.floor(now.value / MOVE_MS);
  useEffect(() => plot.current?.set(day, limits), [day, minute, JSON.stringify(limits)]);
  const label = t('chart.label', { parameter: parameterName(parameter.id, language.value) });
  return <div class="wall-plot" ref={box} role="img" aria-label={label} />;
}
