/** The stations of a medium, worst first: the index now with its category, and the last thirty days as a strip. */
import { dayOf } from '../../../../devices/local-time.ts';
import type { DerivedValueAnswer, StationAnswer } from '../../../../devices/wire/api.ts';
import type { DerivedDay, DerivedDaysAnswer } from '../../../../devices/wire/derived.ts';
import { now } from '../../clock.ts';
import { language, local, t } from '../../i18n.ts';
import { StaleTag, useStale } from '../../parts/age.tsx';
import { inChosenArea } from '../../parts/area-choice.tsx';
import { Notice, Origin } from '../../parts/notices.tsx';
import { Shown } from '../../parts/shown.tsx';
import { hrefOf, route } from '../../route.ts';
import { stations } from '../../state.ts';
import { useAnswer } from '../../use-answer.ts';
import { Badge, Category, Legend } from './badge.tsx';
import { byDay, newestIndices } from './calls.ts';
import { dayEnd, lastDays, longDay } from './days.ts';
import { daysIn, inWorstOrder } from './index-order.ts';
import type { Medium } from './medium.ts';
import { pollutantName } from './names.ts';
import { type Scale, stepOf } from './scale.ts';
import { countsText, Strip } from './strip.tsx';
import { hourSpan } from './times.ts';

export const STRIP_DAYS = 30;
/** An index is worked out once an hour, a minute after it. */
const AGAIN_MS = 5 * 60_000;

export function IndexList({ medium }: { medium: Medium }) {
  const newest = useAnswer((signal) => newestIndices(medium, signal), [medium.id], AGAIN_MS);
  const days = lastDays(now.value, STRIP_DAYS);
  const history = useAnswer(
    (signal) => byDay({ kind: medium.id, parameters: [medium.day], days }, signal),
    [medium.id, days[0]],
    AGAIN_MS,
  );
  const own = [...stations.value.values()].filter((one) => one.kind === medium.id && inChosenArea(one));
  return (
    <Shown asked={newest} lines={8}>
      {({ scales, stations: answers }) => {
        if (own.length === 0)
          return (
            <Notice
              icon={medium.id}
              title={t(`air-water.none.${medium.id}`)}
              text={t('air-water.noneText')}
            />
          );
        const scale = scales[medium.hour] ?? [];
        const values = new Map(answers.map(({ station, values: all }) => [station, all]));
        return (
          <>
            <Legend scale={scale} />
            <ul class="aw-cards">
              {inWorstOrder(own, values, medium, language.value).map((station) => (
                <Card
                  key={station.id}
                  {...{ station, medium, scale, days }}
                  values={values.get(station.id) ?? []}
                  history={historyOf(history.answer.value)}
                />
              ))}
            </ul>
            <p class="aw-footnote">{t(`air-water.about.${medium.id}`)}</p>
          </>
        );
      }}
    </Shown>
  );
}

/** The strip is beside the point while its answer is under way or lost: the card is there without it. */
const historyOf = (
  answer: ReturnType<typeof useAnswer<DerivedDaysAnswer>>['answer']['value'],
): DerivedDaysAnswer | null => (answer.kind === 'ready' ? answer.value : null);

interface CardProps {
  readonly station: StationAnswer;
  readonly medium: Medium;
  readonly scale: Scale;
  readonly values: readonly DerivedValueAnswer[];
  readonly days: readonly string[];
  readonly history: DerivedDaysAnswer | null;
}

function Card({ station, medium, scale, values, days, history }: CardProps) {
  const hour = values.find(({ parameter }) => parameter === medium.hour);
  const ofDay = medium.day === medium.hour ? undefined : values.find((one) => one.parameter === medium.day);
  const own = history && daysIn(history, station.id, medium.day);
  const name = local(station.name);
  return (
    <li class="card aw-card">
      <a
        class="aw-card-link"
        href={hrefOf('air-water', [medium.id, station.id], { area: route.value.query.area ?? '' })}
      >
        <h3 class="aw-name" dir="auto" title={name}>
          {name}
        </h3>
      </a>
      <p class="aw-area" dir="auto">
        {local(station.area)}
      </p>
      <Origin origin={station.origin} short />
      <Now hour={hour} scale={scale} />
      {ofDay && <Yesterday value={ofDay} scale={scale} />}
      {own === null ? (
        <span class="aw-strip aw-strip-wait" aria-hidden="true" />
      ) : (
        <StripOf own={own} {...{ days, medium, scale }} />
      )}
    </li>
  );
}

function Now({ hour, scale }: { hour: DerivedValueAnswer | undefined; scale: Scale }) {
  const stale = useStale(hour?.at ?? 0, 3600);
  if (hour === undefined) {
    return (
      <div class="aw-now">
        <Badge value={null} scale={scale} size="large" />
        <p class="aw-words">{t('air-water.noValue')}</p>
      </div>
    );
  }
  const step = hour.value === null ? null : stepOf(scale, hour.value);
  return (
    <div class={stale ? 'aw-now is-stale' : 'aw-now'}>
      <Badge value={hour.value} scale={scale} size="large" />
      <div class="aw-words">
        <p class="aw-step">
          {step === null ? t('air-water.unpublished') : local(step.name)}
          {stale && <StaleTag />}
        </p>
        <p class="aw-when">
          {t('air-water.hourOf', { hour: hourSpan(hour.at, now.peek()) })}
          {hour.dominant !== undefined && (
            <>
              {' · '}
              {t('air-water.dominantIs', { name: pollutantName(hour.dominant, language.value) })}
            </>
          )}
        </p>
        {step !== null && <p class="aw-advice">{local(step.advice)}</p>}
        {hour.note && <p class="aw-note">{local(hour.note)}</p>}
      </div>
    </div>
  );
}

function Yesterday({ value, scale }: { value: DerivedValueAnswer; scale: Scale }) {
  const day = longDay(dayOf(value.at - 1));
  return (
    <p class="aw-day">
      <span>{t('air-water.dayOf', { day })}</span>
      {value.value === null ? (
        <span>{t('air-water.unpublished')}</span>
      ) : (
        <strong>
          {value.value} <Category value={value.value} scale={scale} />
        </strong>
      )}
    </p>
  );
}

interface StripOfProps {
  readonly own: ReadonlyMap<string, DerivedDay>;
  readonly days: readonly string[];
  readonly medium: Medium;
  readonly scale: Scale;
}

function StripOf({ own, days, medium, scale }: StripOfProps) {
  return (
    <figure class="aw-history">
      <Strip own={own} days={days} medium={medium} scale={scale} />
      <figcaption>{countsText(own, days, medium, scale)}</figcaption>
    </figure>
  );
}

export const lastDayEnd = (days: readonly string[]): number => dayEnd(days.at(-1) as string);
