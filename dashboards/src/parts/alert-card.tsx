/** One open alert: what, where, how far over the limit, since when, and whether somebody has taken it. */
import { useState } from 'preact/hooks';
import type { AlertAnswer, LatestReading } from '../../../devices/wire/api.ts';
import { type Acknowledged, acknowledge, mayAcknowledge } from '../actions.ts';
import { now } from '../clock.ts';
import { formatMoment } from '../format.ts';
import { language, local, t } from '../i18n.ts';
import { isUnacknowledged } from '../merge.ts';
import { hashOf } from '../route.ts';
import { againstLimit, conditionName, sourceOf } from '../say.ts';
import { readingsOf, stations } from '../state.ts';
import { Age, useStale } from './age.tsx';
import { Icon } from './icon.tsx';
import { Level } from './level.tsx';
import { Origin } from './notices.tsx';
import { valueText } from './value.tsx';

export function AlertCard({ alert, where = true }: { alert: AlertAnswer; where?: boolean }) {
  const current = readingsOf(alert.station).value.get(alert.parameter);
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
        {conditionName(alert)}
        {where && (
          <>
            <span aria-hidden="true"> · </span>
            {alert.station === '' ? (
              local(alert.station_name)
            ) : (
              <a
                href={hashOf({ kind: 'station', id: alert.station })}
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
        <p class="alert-note">{t('alert.incident', { id: alert.incident })}</p>
      )}
      {open && <Acknowledge alert={alert} />}
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

function Acknowledge({ alert }: { alert: AlertAnswer }) {
  const [state, setState] = useState<'idle' | 'busy' | Exclude<Acknowledged, { kind: 'done' }>>('idle');
  if (!mayAcknowledge()) return <p class="alert-note">{t('alert.notAllowed')}</p>;

  const send = async () => {
    setState('busy');
    const result = await acknowledge(alert.id);
    setState(result.kind === 'done' ? 'idle' : result);
  };
  const busy = state === 'busy';
  const failed = typeof state === 'object' ? state : null;
  return (
    <>
      <div class="alert-actions">
        <button
          type="button"
          class="button button-strong"
          aria-disabled={busy}
          aria-label={t('alert.acknowledgeOf', {
            level: t(`level.${alert.level}`),
            parameter: conditionName(alert),
            station: local(alert.station_name),
          })}
          onClick={busy ? undefined : send}
        >
          <Icon name="check" size={16} weight={2.4} />
          {t(busy ? 'alert.acknowledging' : 'alert.acknowledge')}
        </button>
      </div>
      {failed && (
        <p class="alert-fault" role="alert">
          {t('alert.failed', {
            detail: failed.kind === 'failed' ? failed.detail : t(`alert.${failed.kind}`),
          })}
        </p>
      )}
    </>
  );
}
