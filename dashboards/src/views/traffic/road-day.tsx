/** One road's day: compared with what is usual for that weekday, and all its figures by hour. */
import { HOUR_MS } from '../../../../devices/local-time.ts';
import type { StationAnswer } from '../../../../devices/wire/api.ts';
import { now } from '../../clock.ts';
import { formatNumber, unitLabel } from '../../format.ts';
import { language, local, t } from '../../i18n.ts';
import { Icon } from '../../parts/icon.tsx';
import { Shown } from '../../parts/shown.tsx';
import { hrefOf } from '../../route.ts';
import { useAnswer } from '../../use-answer.ts';
import { type RoadDay as Day, roadDay } from './calls.ts';
import { CompareChart } from './compare-chart.tsx';
import { METRICS, type Metric, percentOff } from './day-hours.ts';
import { METRIC_NAMES } from './metric-names.ts';
import { Cell } from './strip.tsx';

const AGAIN_MS = 300_000;

interface RoadDayProps {
  readonly road: StationAnswer;
  readonly metric: Metric;
  readonly day: string;
  readonly dayText: string;
  readonly dayFrom: number;
}

export function RoadDay({ road, metric, day, dayText, dayFrom }: RoadDayProps) {
  // A level is not compared by medians: it stands on flow and speed, which are.
  const compared = metric === 'level_of_service' ? 'traffic_flow' : metric;
  const asked = useAnswer(
    (signal) => roadDay(road.id, dayFrom, compared, signal),
    [road.id, day, compared],
    AGAIN_MS,
  );
  const name = local(road.name);
  return (
    <section class="section" aria-labelledby="traffic-road">
      <div class="section-head">
        <h3 id="traffic-road" class="road-title" dir="auto">
          {name}
        </h3>
        <a class="button road-open" href={hrefOf('station', [road.id])}>
          {t('traffic.station')}
          <Icon name="next" size={16} />
        </a>
      </div>
      <Shown asked={asked} lines={8}>
        {(found) => (
          <div class="road-day">
            <Compared found={found} metric={compared} dayText={dayText} />
            <WhyNoService found={found} />
            <HourTable found={found} compared={compared} dayFrom={dayFrom} name={name} />
          </div>
        )}
      </Shown>
    </section>
  );
}

function Compared({ found, metric, dayText }: { found: Day; metric: Metric; dayText: string }) {
  const known = found.usual.some((value) => value !== null);
  return (
    <div class="card">
      <h4 class="compare-title">
        {t('traffic.compared', { metric: t(METRIC_NAMES[metric]), day: dayText })}
      </h4>
      <CompareChart hours={found.hours[metric]} usual={found.usual} metric={metric} dayText={dayText} />
      {!known && <p class="traffic-note">{t('traffic.noUsual')}</p>}
    </div>
  );
}

/** Why there is no level, in the words of the gateway. */
function WhyNoService({ found: { hours, derived } }: { found: Day }) {
  if (hours.level_of_service.some((value) => value !== null)) return null;
  const note = derived.find(({ parameter }) => parameter === 'level_of_service')?.note;
  return (
    <p class="traffic-note">
      {t('traffic.losNone')}
      {note && `: ${local(note)}`}
    </p>
  );
}

interface HourTableProps {
  readonly found: Day;
  readonly compared: Metric;
  readonly dayFrom: number;
  readonly name: string;
}

function HourTable({ found: { hours, usual }, compared, dayFrom, name }: HourTableProps) {
  const current = Math.floor((now.peek() - dayFrom) / HOUR_MS);
  const greatest = (metric: Metric): number => Math.max(0, ...hours[metric].map((value) => value ?? 0));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section class="table-box" tabIndex={0} aria-label={`${t('traffic.day')}: ${name}`}>
      <table class="table hour-table">
        <thead>
          <tr>
            <th scope="col">{t('traffic.hour')}</th>
            {METRICS.map((metric) => (
              <th key={metric} scope="col">
                {t(METRIC_NAMES[metric])}
                {metric !== 'level_of_service' && <span class="unit">{unitOf(metric)}</span>}
              </th>
            ))}
            <th scope="col" title={t('traffic.usualOf')}>
              {t('traffic.usual')} ({t(METRIC_NAMES[compared]).toLocaleLowerCase(language.value)})
            </th>
            <th scope="col">{t('traffic.off')}</th>
          </tr>
        </thead>
        <tbody>
          {usual.slice(0, Math.min(24, current + 1)).map((value, hour) => {
            const off = percentOff(hours[compared][hour] ?? null, value);
            return (
              <tr key={hour}>
                <th scope="row">
                  {hour}–{hour + 1}
                  {hour === current && <small>{t('traffic.partial')}</small>}
                </th>
                {METRICS.map((metric) => (
                  <Cell
                    key={metric}
                    value={hours[metric][hour] ?? null}
                    metric={metric}
                    greatest={greatest(metric)}
                  />
                ))}
                <td>{value === null ? '–' : formatNumber(value, compared, language.value)}</td>
                <td>
                  {off === null
                    ? '–'
                    : `${off > 0 ? '+' : ''}${formatNumber(off, 'traffic_flow', language.value)} %`}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

const UNITS = { traffic_flow: '1/h', traffic_speed: 'km/h', occupancy: '%', level_of_service: '' } as const;
export const unitOf = (metric: Metric): string => unitLabel(UNITS[metric], language.value);
