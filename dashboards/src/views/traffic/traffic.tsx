/** Traffic: how the roads are now, hour by hour of a day beside each other, and one road in full. */
import './traffic.css';
import type { StationAnswer } from '../../../../devices/wire/api.ts';
import { now } from '../../clock.ts';
import { language, local, t } from '../../i18n.ts';
import { AreaChoice, chosenArea, inChosenArea } from '../../parts/area-choice.tsx';
import { Choice } from '../../parts/choice.tsx';
import { Notice, Skeleton } from '../../parts/notices.tsx';
import { Page } from '../../parts/page.tsx';
import { Shown } from '../../parts/shown.tsx';
import { choose, type Query } from '../../route.ts';
import { loaded, stations } from '../../state.ts';
import { useAnswer } from '../../use-answer.ts';
import type { ViewProps } from '../views.ts';
import { hoursOfRoads } from './calls.ts';
import { dayFromQuery, METRICS, type Metric } from './day-hours.ts';
import { DayPicker } from './day-picker.tsx';
import { METRIC_NAMES } from './metric-names.ts';
import { RoadCard } from './road-card.tsx';
import { RoadDay, unitOf } from './road-day.tsx';
import { ServiceKey } from './service-badge.tsx';
import { Strip } from './strip.tsx';

/** Each is a question of its own. */
const MOST_ROADS = 60;
const AGAIN_MS = 300_000;

export default function Traffic({ query }: ViewProps) {
  if (loaded.value === 'first')
    return (
      <Page title={t('nav.traffic')}>
        <Skeleton lines={6} />
      </Page>
    );
  const order = new Intl.Collator(language.value, { numeric: true });
  const roads = [...stations.value.values()]
    .filter((station) => station.kind === 'traffic' && inChosenArea(station))
    .sort((one, other) => order.compare(local(one.name), local(other.name)));
  return (
    <Page title={t('nav.traffic')} tools={<AreaChoice />}>
      {roads.length === 0 ? <NoRoad /> : <Roads roads={roads} query={query} />}
    </Page>
  );
}

function NoRoad() {
  const title = t(chosenArea.value === '' ? 'traffic.none' : 'traffic.noneInArea');
  return (
    <div class="card">
      <Notice icon="traffic" title={title} text={t('traffic.noneText')} />
    </div>
  );
}

function Roads({ roads, query }: { roads: readonly StationAnswer[]; query: Query }) {
  const { day, from } = dayFromQuery(query.day, now.value);
  const metric = METRICS.find((id) => id === query.metric) ?? 'traffic_flow';
  const chosen =
    roads.find(({ id }) => id === query.road) ?? roads.find(({ status }) => status !== 'new') ?? roads[0];
  const dayText = day.split('-').reverse().join('/');
  return (
    <>
      <section aria-labelledby="traffic-now">
        <div class="section-head">
          <h3 id="traffic-now">{t('traffic.now')}</h3>
          <span class="count">{roads.length}</span>
        </div>
        <div class="roads">
          {roads.map((road) => (
            <RoadCard key={road.id} road={road} chosen={road === chosen} query={query} />
          ))}
        </div>
      </section>
      <section class="section" aria-labelledby="traffic-day">
        <div class="section-head traffic-tools">
          <h3 id="traffic-day">{t('traffic.day')}</h3>
          <DayPicker day={day} from={from} />
          <Choice
            label={t('traffic.metric')}
            options={METRICS.map((value) => ({ value, name: t(METRIC_NAMES[value]) }))}
            value={metric}
            choose={(value) => choose({ metric: value })}
          />
        </div>
        <Strips {...{ roads, metric, day, dayText }} dayFrom={from} chosen={chosen?.id ?? ''} />
      </section>
      {chosen && <RoadDay key={chosen.id} road={chosen} {...{ metric, day, dayText }} dayFrom={from} />}
      <ServiceKey />
    </>
  );
}

interface StripsProps {
  readonly roads: readonly StationAnswer[];
  readonly metric: Metric;
  readonly day: string;
  readonly dayText: string;
  readonly dayFrom: number;
  readonly chosen: string;
}

function Strips({ roads, metric, day, dayText, dayFrom, chosen }: StripsProps) {
  const shown = roads.slice(0, MOST_ROADS);
  const ids = shown.map(({ id }) => id);
  const asked = useAnswer(
    (signal) => hoursOfRoads(ids, metric, dayFrom, signal),
    [ids, metric, day],
    AGAIN_MS,
  );
  const unit = unitOf(metric);
  return (
    <>
      <Shown asked={asked} lines={Math.min(8, shown.length + 1)}>
        {(hours) => (
          <Strip
            roads={shown}
            {...{ hours, metric, dayFrom, chosen }}
            metricName={t(METRIC_NAMES[metric])}
            day={dayText}
          />
        )}
      </Shown>
      <p class="traffic-note">
        {unit !== '' && t('traffic.unit', { unit })}
        {roads.length > MOST_ROADS && ` ${t('traffic.tooMany', { n: MOST_ROADS })}`}
      </p>
    </>
  );
}
