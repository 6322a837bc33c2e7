/** One open alert: what, where, how far over the limit, since when, and whether somebody has taken it. */
import type { AlertAnswer, LatestReading } from '../../../devices/wire/api.ts';
import { now } from '../clock.ts';
import { formatMoment } from '../format.ts';
import { language, local, t } from '../i18n.ts';
import { isUnacknowledged } from '../merge.ts';
import { hrefOf } from '../route.ts';
import { againstLimit, conditionName, describeAlert, sourceOf } from '../say.ts';
import { readingsOf, stations } from '../state.ts';
import { Acknowledge } from './acknowledge.tsx';
import { Age, useStale } from './age.tsx';
import { Icon } from './icon.tsx';
import { Level } from './level.tsx';
import { Origin } from './notices.tsx';
import { valueText } from './value.tsx';

export function AlertCard({ alert, where = true }: { alert: AlertAnswer; where?: boolean }) {
  // Of a fire detection the number says nothing to people: its signs are told.
  const current =
    alert.parameter === 'fire_detection' ? undefined : readingsOf(alert.station).value.get(alert.parameter);
  const periodS = stations.value
    .get(alert.station)
    ?.parameters.find(({ id }) => id === alert.parameter)?.period_s;
  const open = isUnacknowledged(alert);
  const source = sourceOf(alert);
  return (
    <article class={`alert alert-${alert.level}${open ? ' alert-waiting' : ''}`}>
      <div class="alert-head">
        <Level level={alert.level} />
        <span class="alert-since">
          {t('alert.since', { time: formatMoment(alert.opened_at, now.peek(), language.value) })}
          {' · '}
          <Age at={alert.opened_at} />
        </span>
      </div>
      <h3 class="alert-title">
        <a href={hrefOf('alerts', [alert.id])} aria-label={t('alert.open', { alert: describeAlert(alert) })}>
          {conditionName(alert)}
        </a>
        {where && (
          <>
            <span aria-hidden="true"> · </span>
            {alert.station === '' ? (
              <bdi>{local(alert.station_name)}</bdi>
            ) : (
              <a
                dir="auto"
                href={hrefOf('station', [alert.station])}
                aria-label={t('alert.showStation', { station: local(alert.station_name) })}
              >
                {local(alert.station_name)}
              </a>
            )}
          </>
        )}
      </h3>
      <p class="alert-values">
        {alert.about ? t(`alert.silentText.${alert.about.kind}`) : againstLimit(alert)}
        {current && <Current reading={current} periodS={periodS} />}
      </p>
      {source !== null && <p class="alert-note">{source}</p>}
      {alert.state === 'latched' && <p class="alert-note">{t('alert.latched')}</p>}
      {alert.flapping && <p class="alert-note">{t('alert.flapping', { n: alert.flapping.raises })}</p>}
      {alert.incident !== undefined && (
        <p class="alert-note">
          <a href={hrefOf('fire', [alert.incident])}>{t('alert.incident', { id: alert.incident })}</a>
        </p>
      )}
      {alert.unverified && (
        <p class="alert-unverified">
          <Icon name="doubtful" size={14} />
          <span>
            <strong>{t('alert.unverified')}</strong>: {t('alert.unverifiedText')}
          </span>
        </p>
      )}
      {!open && <TakenBy alert={alert} />}
      {where && <Origin origin={alert.origin} short />}
      {open && <Acknowledge alert={alert} />}
    </article>
  );
}

/** The newest value, which is "now" only while it is fresh. */
function Current({ reading, periodS = 0 }: { reading: LatestReading; periodS?: number | undefined }) {
  const stale = useStale(reading.at, periodS);
  if (reading.value === null) return null;
  const value = valueText(reading.value, reading.parameter, reading.unit);
  if (!stale) return <span class="alert-now">{t('alert.current', { value })}</span>;
  return (
    <span class="alert-now">
      {t('alert.last', { value })}
      {' · '}
      <Age at={reading.at} />
    </span>
  );
}

function TakenBy({ alert }: { alert: AlertAnswer }) {
  if (alert.acknowledged_by === null || alert.acknowledged_at === null) return null;
  return (
    <p class="alert-taken">
      <Icon name="check" size={14} weight={2.6} />
      {t('alert.acknowledgedBy', {
        who: alert.acknowledged_by,
        time: formatMoment(alert.acknowledged_at, now.peek(), language.value),
      })}
    </p>
  );
}
