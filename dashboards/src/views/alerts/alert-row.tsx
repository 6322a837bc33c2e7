/** An alert in a list of many: when, how bad, what and where, how it stands. */
import type { AlertAnswer } from '../../../../devices/wire/api.ts';
import { formatDuration } from '../../age.ts';
import { now } from '../../clock.ts';
import { formatExact, formatMoment } from '../../format.ts';
import { language, local, t, texts } from '../../i18n.ts';
import { isUnacknowledged } from '../../merge.ts';
import { Level } from '../../parts/level.tsx';
import { hrefOf } from '../../route.ts';
import { againstLimit, conditionName } from '../../say.ts';
import { isQuiet, marksOf, whysOf } from './standing.ts';

/** Up to its end, or until now. */
function lasting({ opened_at, cleared_at }: AlertAnswer): string {
  const key = cleared_at === null ? 'alerts.lasting' : 'alerts.lasted';
  return t(key, { time: formatDuration((cleared_at ?? now.peek()) - opened_at, texts()) });
}

export function AlertRow({ alert, why = false }: { alert: AlertAnswer; why?: boolean }) {
  const against = alert.about ? t(`alert.silentText.${alert.about.kind}`) : againstLimit(alert);
  const waiting = isUnacknowledged(alert) && !isQuiet(alert);
  return (
    <li class={`alert-row${waiting ? ' alert-row-waiting' : ''}`}>
      <a href={hrefOf('alerts', [alert.id])}>
        <span class="row-when">
          <time
            dateTime={new Date(alert.opened_at).toISOString()}
            title={formatExact(alert.opened_at, language.value)}
          >
            {formatMoment(alert.opened_at, now.peek(), language.value)}
          </time>
          <small>{lasting(alert)}</small>
        </span>
        <Level level={alert.level} />
        <span class="row-what">
          <strong>{conditionName(alert)}</strong>
          <span aria-hidden="true"> · </span>
          <bdi>{local(alert.station_name)}</bdi>
          {against !== null && <small>{against}</small>}
          {why && whysOf(alert).map((text) => <small key={text}>{text}</small>)}
        </span>
        <span class="row-marks">
          {marksOf(alert).map((mark) => (
            <span key={mark} class="tag">
              {mark}
            </span>
          ))}
        </span>
      </a>
    </li>
  );
}
