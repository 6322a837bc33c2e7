/** One station: its index now, the last 24 hours, the last thirty days, and how the chosen one came about. */
import { useRef } from 'preact/hooks';
import { HOUR_MS } from '../../../../devices/local-time.ts';
import type { DerivedAnswer, StationAnswer } from '../../../../devices/wire/api.ts';
import type { DerivedDay } from '../../../../devices/wire/derived.ts';
import { now } from '../../clock.ts';
import { local, t } from '../../i18n.ts';
import { Icon } from '../../parts/icon.tsx';
import { Origin } from '../../parts/notices.tsx';
import { Shown } from '../../parts/shown.tsx';
import { choose, hrefOf, type Query } from '../../route.ts';
import { useAnswer } from '../../use-answer.ts';
import { Legend } from './badge.tsx';
import { Calendar } from './calendar.tsx';
import { byDay, derivedOf, hoursOf, newestIndices } from './calls.ts';
import { dayEnd, lastDays } from './days.ts';
import { Derivation } from './derivation.tsx';
import { HourBars } from './hour-bars.tsx';
import { daysIn, tellingTime } from './index-order.ts';
import type { Medium } from './medium.ts';
import type { Scale } from './scale.ts';

const DAYS = 30;
const HOURS = 24;
const AGAIN_MS = 5 * 60_000;

interface StationIndexProps {
  readonly medium: Medium;
  readonly station: StationAnswer;
  readonly query: Query;
}

/** Which value is looked into: the newest hour unless the address names another one. */
export interface Chosen {
  readonly parameter: string;
  /** Its time, epoch ms; undefined: the newest. */
  readonly at: number | undefined;
}

function chosenBy({ at, of }: Query, medium: Medium): Chosen {
  const time = at !== undefined && /^\d{1,15}$/.test(at) ? Number(at) : undefined;
  return { parameter: of === 'day' ? medium.day : medium.hour, at: time };
}

export function StationIndex({ medium, station, query }: StationIndexProps) {
  const chosen = chosenBy(query, medium);
  const days = lastDays(now.value, DAYS);
  const hour = Math.floor(now.value / HOUR_MS) * HOUR_MS;
  const scales = useAnswer((signal) => newestIndices(medium, signal), [medium.id]);
  const value = useAnswer(
    (signal) => derivedOf(station.id, chosen.at, signal),
    [station.id, chosen.at],
    chosen.at === undefined ? AGAIN_MS : undefined,
  );
  const how = useRef<HTMLElement>(null);
  const look = (parameter: 'hour' | 'day', at: number): void => {
    choose({ at: String(at), of: parameter });
    // Beside it on a desk; on a phone it is further down.
    how.current?.scrollIntoView({ block: 'nearest' });
  };
  return (
    <>
      <p class="aw-back">
        <a class="button" href={hrefOf('air-water', [medium.id], { area: query.area ?? '' })}>
          <Icon name="back" size={16} />
          {t('air-water.back')}
        </a>
        <a class="button" href={hrefOf('station', [station.id])}>
          {t('station.open')}
        </a>
      </p>
      <header class="aw-head">
        <h3 class="aw-title" dir="auto">
          {local(station.name)}
        </h3>
        <p class="aw-area" dir="auto">
          {local(station.area)}
        </p>
        <Origin origin={station.origin} />
      </header>
      <Shown asked={scales} lines={6}>
        {({ scales: all }) => {
          const scale = all[medium.hour] ?? [];
          return (
            <div class="aw-detail">
              <div class="aw-course">
                <Legend scale={scale} />
                <Hours {...{ medium, station, scale, chosen, hour, look }} />
                <Days {...{ medium, station, scale, chosen, days, look }} />
              </div>
              <section class="card aw-how" ref={how} aria-label={t('air-water.how')}>
                <Shown asked={value} lines={8}>
                  {(answer: DerivedAnswer) => (
                    <Derivation answer={answer} parameter={chosen.parameter} medium={medium} scale={scale} />
                  )}
                </Shown>
                {chosen.at !== undefined && (
                  <button type="button" class="button" onClick={() => choose({ at: '', of: '' })}>
                    {t('air-water.toNewest')}
                  </button>
                )}
              </section>
            </div>
          );
        }}
      </Shown>
    </>
  );
}

interface CourseProps {
  readonly medium: Medium;
  readonly station: StationAnswer;
  readonly scale: Scale;
  readonly chosen: Chosen;
  readonly look: (parameter: 'hour' | 'day', at: number) => void;
}

function Hours({ medium, station, scale, chosen, hour, look }: CourseProps & { hour: number }) {
  const from = hour - (HOURS - 1) * HOUR_MS;
  const asked = useAnswer(
    (signal) => hoursOf(station.id, medium.hour, from, signal),
    [station.id, hour],
    AGAIN_MS,
  );
  return (
    <section class="section">
      <div class="section-head">
        <h3>{t('air-water.hours')}</h3>
      </div>
      <Shown asked={asked} lines={3}>
        {({ points }) => (
          <HourBars
            {...{ scale, from, hours: HOURS }}
            points={points}
            chosen={chosen.parameter === medium.hour ? chosen.at : undefined}
            choose={(at) => look('hour', at)}
          />
        )}
      </Shown>
    </section>
  );
}

function Days({ medium, station, scale, chosen, days, look }: CourseProps & { days: readonly string[] }) {
  const asked = useAnswer(
    (signal) => byDay({ station: station.id, parameters: [medium.day], days }, signal),
    [station.id, days[0]],
    AGAIN_MS,
  );
  const timeOf = (day: string, own: ReadonlyMap<string, DerivedDay>): number | null =>
    tellingTime(own.get(day), medium, dayEnd(day));
  return (
    <section class="section">
      <div class="section-head">
        <h3>{t('air-water.days')}</h3>
      </div>
      <p class="aw-footnote">{t(`air-water.daysAbout.${medium.id}`)}</p>
      <Shown asked={asked} lines={6}>
        {(answer) => {
          const own = daysIn(answer, station.id, medium.day);
          const isDay = chosen.parameter === medium.day;
          return (
            <Calendar
              {...{ own, days, medium, scale }}
              isChosen={(day) => isDay && chosen.at !== undefined && timeOf(day, own) === chosen.at}
              choose={(day) => {
                const at = timeOf(day, own);
                if (at !== null) look('day', at);
              }}
            />
          );
        }}
      </Shown>
    </section>
  );
}
