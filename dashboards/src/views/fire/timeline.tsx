/** What happened in an incident: time, what, where, by whom and the readings that decided. */
import './timeline.css';
import { useSignal } from '@preact/signals';
import type { TransitionAnswer } from '../../../../devices/wire/api.ts';
import { now } from '../../clock.ts';
import { formatMoment, parameterName } from '../../format.ts';
import { language, local, t, texts } from '../../i18n.ts';
import { Icon, type IconName } from '../../parts/icon.tsx';
import { valueText } from '../../parts/value.tsx';
import { reasonOf } from '../alerts/reason-text.ts';
import { byName, named } from '../alerts/standing.ts';
import { type Event, isTelling } from './timeline.ts';

const ICONS: Readonly<Partial<Record<TransitionAnswer['kind'], IconName>>> = {
  raised: 'fire',
  worsened: 'critical',
  cleared: 'ok',
  latched: 'ok',
  reset: 'ok',
  acknowledged: 'check',
  noted: 'edit',
  escalated: 'warning',
  told: 'bell',
  'not told': 'silent',
  sounded: 'sound',
};

export function Timeline({ events }: { events: readonly Event[] }) {
  const whole = useSignal(false);
  if (events.length === 0) return <p>{t('fire.timelineEmpty')}</p>;
  const telling = events.filter(isTelling).length;
  return (
    <>
      <ol class="timeline">
        {(whole.value ? events : events.filter((event) => !isTelling(event))).map((event) => (
          <Entry key={event.id} event={event} />
        ))}
      </ol>
      {telling > 0 && (
        <button
          type="button"
          class="button"
          aria-pressed={whole.value}
          onClick={() => {
            whole.value = !whole.value;
          }}
        >
          <Icon name="bell" size={16} />
          {t('fire.telling', { n: telling })}
        </button>
      )}
    </>
  );
}

function Entry({ event }: { event: Event }) {
  const { kind, at, arrivedAt, alert, by, reading } = event;
  const reason = reasonOf(event, texts(), named);
  const time = formatMoment(at, now.peek(), language.value);
  const post = local(alert.station_name);
  return (
    <li class={`event event-${kind.replaceAll(' ', '-')}`}>
      <time class="event-time" dateTime={new Date(at).toISOString()}>
        {time}
      </time>
      <span class="event-mark">
        <Icon name={ICONS[kind] ?? 'info'} size={16} weight={2.2} />
      </span>
      <div class="event-words">
        <p>
          <strong>{t(`alerts.did.${kind}`)}</strong>
          <span class="event-post" dir="auto" title={post}>
            {post}
          </span>
        </p>
        <Because reading={reading} />
        {reason !== null && (
          <p class="event-reason" dir="auto">
            {reason}
          </p>
        )}
        <p class="event-by">
          {by !== null && byName(by)}
          {arrivedAt !== null && (
            <>
              {by !== null && ' · '}
              {t('fire.arrived', { time: formatMoment(arrivedAt, now.peek(), language.value) })}
            </>
          )}
        </p>
      </div>
    </li>
  );
}

/** The readings that decided together. */
function Because({ reading }: { reading: TransitionAnswer['reading'] }) {
  const because = reading?.because ?? [];
  if (because.length === 0) return null;
  return (
    <p class="event-because">
      {because
        .map(
          ({ parameter, value, unit }) =>
            `${parameterName(parameter, language.value)}: ${valueText(value, parameter, unit)}`,
        )
        .join(' · ')}
    </p>
  );
}
