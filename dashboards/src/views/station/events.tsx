/** What has happened at the station, in one line of time. */
import { useSignal } from '@preact/signals';
import type { AlertAnswer, StationAnswer } from '../../../../devices/wire/api.ts';
import { formatDuration } from '../../age.ts';
import { now } from '../../clock.ts';
import { formatExact, formatHour, formatMoment, parameterName } from '../../format.ts';
import { language, t, texts } from '../../i18n.ts';
import { Choice } from '../../parts/choice.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Level } from '../../parts/level.tsx';
import { Notice } from '../../parts/notices.tsx';
import { Shown } from '../../parts/shown.tsx';
import { choose, type Query } from '../../route.ts';
import { againstLimit, conditionName } from '../../say.ts';
import { useAnswer } from '../../use-answer.ts';
import { alertsOf, limitVersions, orNull, outOfServiceOf } from './calls.ts';
import { byDay, type EventKind, eventsOf, type StationEvent } from './event-list.ts';
import { NONE, newestOf } from './newest.ts';
import './events.css';

const KINDS = ['all', 'alert', 'service', 'limits'] as const;
/** So many of each book at first, and with each wish for more. */
const STEP = 50;

export function Events({ station, query }: { station: StationAnswer; query: Query }) {
  const pages = useSignal(1);
  const kind = KINDS.find((one) => one === query.kind) ?? 'all';
  const asked = useAnswer(
    async (signal) => {
      const count = pages.value * STEP;
      const { id } = station;
      const [alerts, service, versions] = await Promise.all([
        newestOf((cursor, limit) => alertsOf(id, cursor, limit, signal), count, 500),
        orNull(newestOf((cursor, limit) => outOfServiceOf(id, cursor, limit, signal), count, 500)),
        orNull(newestOf((cursor, limit) => limitVersions(id, cursor, limit, signal), count, 100)),
      ]);
      return { alerts, service: service ?? NONE, versions: versions ?? NONE };
    },
    [station.id, pages.value],
    60_000,
  );
  return (
    <section class="station-events" aria-label={t('station.tab.events')}>
      <Choice<EventKind | 'all'>
        label={t('station.eventKinds')}
        options={KINDS.map((value) => ({ value, name: t(`station.events.${value}`) }))}
        value={kind}
        choose={(value) => choose({ kind: value === 'all' ? '' : value })}
      />
      <Shown asked={asked} lines={8}>
        {(found) => {
          const { events, since } = eventsOf(found, kind);
          if (events.length === 0 && since === null)
            return <Notice icon="ok" title={t('station.noEvents')} />;
          return (
            <>
              {[...byDay(events)].map(([day, own]) => (
                <section key={day} class="station-events-day" aria-label={day.split('-').reverse().join('/')}>
                  <h3>{day.split('-').reverse().join('/')}</h3>
                  <ol>
                    {own.map((event) => (
                      <Row key={event.id} event={event} />
                    ))}
                  </ol>
                </section>
              ))}
              {since !== null && (
                <p class="station-events-end">
                  <span>
                    {t('station.olderNotShown', { time: formatMoment(since, now.peek(), language.value) })}
                  </span>
                  <button
                    type="button"
                    class="button"
                    onClick={() => {
                      pages.value += 1;
                    }}
                  >
                    {t('app.more')}
                  </button>
                </p>
              )}
            </>
          );
        }}
      </Shown>
    </section>
  );
}

function Row({ event }: { event: StationEvent }) {
  return (
    <li class={`station-event station-event-${event.kind}`}>
      <time dateTime={new Date(event.at).toISOString()} title={formatExact(event.at, language.value)}>
        {formatHour(event.at, language.value)}
      </time>
      <div>
        {event.kind === 'alert' && <AlertEvent alert={event.alert} />}
        {event.kind === 'service' && <ServiceEvent {...event.entry} />}
        {event.kind === 'limits' && <LimitsEvent {...event.version} />}
      </div>
    </li>
  );
}

function AlertEvent({ alert }: { alert: AlertAnswer }) {
  const end = alert.cleared_at;
  return (
    <>
      <p class="station-event-title">
        <Level level={alert.level} /> <strong>{conditionName(alert)}</strong>
        <span>{alert.about ? t(`alert.silentText.${alert.about.kind}`) : againstLimit(alert)}</span>
      </p>
      <p class="station-event-more">
        {end === null
          ? t('station.stands')
          : t('station.lasted', {
              time: formatDuration(Math.max(0, end - alert.opened_at), texts()),
              end: formatMoment(end, now.peek(), language.value),
            })}
        {alert.acknowledged_by !== null && alert.acknowledged_at !== null && (
          <>
            {' · '}
            {t('alert.acknowledgedBy', {
              who: alert.acknowledged_by,
              time: formatMoment(alert.acknowledged_at, now.peek(), language.value),
            })}
          </>
        )}
      </p>
      {alert.notes.map(({ at, by, text }) => (
        <p key={at} class="station-event-note" dir="auto">
          <bdi>{by}</bdi>: {text}
        </p>
      ))}
    </>
  );
}

type Service = Extract<StationEvent, { kind: 'service' }>['entry'];

function ServiceEvent({ parameter, by, reason, until, ended_at }: Service) {
  const end = ended_at ?? until;
  return (
    <>
      <p class="station-event-title">
        <span class="tag">
          <Icon name="clock_off" size={12} weight={2.4} />
          {t('station.outOfService')}
        </span>{' '}
        <strong>{parameter === null ? t('station.whole') : parameterName(parameter, language.value)}</strong>
      </p>
      <p class="station-event-more">
        {end === null
          ? t('station.untilEnded')
          : t('station.until', { time: formatMoment(end, now.peek(), language.value) })}{' '}
        · <bdi>{by}</bdi>
      </p>
      <p class="station-event-note" dir="auto">
        {reason}
      </p>
    </>
  );
}

type Version = Extract<StationEvent, { kind: 'limits' }>['version'];

function LimitsEvent({ version, by, reason, limits }: Version) {
  return (
    <>
      <p class="station-event-title">
        <span class="tag">
          <Icon name="limits" size={12} weight={2.4} />
          {t('station.limitsChanged')}
        </span>{' '}
        <strong>{t('station.version', { n: version, of: limits.length })}</strong>
      </p>
      {by !== null && (
        <p class="station-event-more">
          <bdi>{by}</bdi>
        </p>
      )}
      {reason !== null && (
        <p class="station-event-note" dir="auto">
          {reason}
        </p>
      )}
    </>
  );
}
