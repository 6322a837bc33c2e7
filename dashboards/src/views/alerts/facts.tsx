/** How one alert stands: level and state first, then when, where, who. */
import type { ComponentChildren } from 'preact';
import type { AlertAnswer } from '../../../../devices/wire/api.ts';
import { formatDuration } from '../../age.ts';
import { now } from '../../clock.ts';
import { formatMoment } from '../../format.ts';
import { language, local, t, texts } from '../../i18n.ts';
import { isPlaced } from '../../map/place.ts';
import { isUnacknowledged } from '../../merge.ts';
import { Age } from '../../parts/age.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Level } from '../../parts/level.tsx';
import { MapLink } from '../../parts/map-link.tsx';
import { Origin } from '../../parts/notices.tsx';
import { valueText } from '../../parts/value.tsx';
import { decimalPlace, placeText } from '../../place-text.ts';
import { hrefOf } from '../../route.ts';
import { againstLimit, sourceOf } from '../../say.ts';
import { readingsOf, stations } from '../../state.ts';
import { byName, marksOf, whysOf } from './standing.ts';

const moment = (at: number): string => formatMoment(at, now.peek(), language.value);

export function Facts({ alert }: { alert: AlertAnswer }) {
  const against = alert.about ? t(`alert.silentText.${alert.about.kind}`) : againstLimit(alert);
  const source = sourceOf(alert);
  const waiting = isUnacknowledged(alert) && alert.state !== 'cleared';
  return (
    <section
      class={`alert-facts alert-${alert.level}${waiting ? ' alert-waiting' : ''}`}
      aria-label={t('alerts.facts')}
    >
      <p class="facts-head">
        <Level level={alert.level} />
        {marksOf(alert).map((mark) => (
          <span key={mark} class="tag">
            {mark}
          </span>
        ))}
      </p>
      {against !== null && <p class="facts-against">{against}</p>}
      {source !== null && <p class="alert-note">{source}</p>}
      {whysOf(alert).map((text) => (
        <p key={text} class="facts-why" dir="auto">
          {text}
        </p>
      ))}
      {alert.state === 'latched' && <p class="facts-why">{t('alert.latched')}</p>}
      {alert.flapping && <p class="facts-why">{t('alert.flapping', { n: alert.flapping.raises })}</p>}
      {alert.unverified && (
        <p class="facts-why">
          {t('alert.unverified')}: {t('alert.unverifiedText')}
        </p>
      )}
      {alert.incident !== undefined && (
        <a class="facts-incident" href={hrefOf('fire', [alert.incident])}>
          <Icon name="fire" size={18} />
          {t('alerts.fact.incidentLink', { id: alert.incident })}
          <Icon name="next" size={16} />
        </a>
      )}
      <dl class="facts-list">
        <Fact name={t('alerts.fact.opened')}>
          {moment(alert.opened_at)}
          {' · '}
          {alert.cleared_at === null ? (
            <Age at={alert.opened_at} />
          ) : (
            t('alerts.lasted', {
              time: formatDuration(alert.cleared_at - alert.opened_at, texts()),
            })
          )}
        </Fact>
        {alert.cleared_at !== null && <Fact name={t('alerts.fact.cleared')}>{moment(alert.cleared_at)}</Fact>}
        <Current alert={alert} />
        <Place alert={alert} />
        <Fact name={t('alerts.fact.taken')}>
          {alert.acknowledged_by === null || alert.acknowledged_at === null
            ? t('alerts.fact.nobody')
            : t('alerts.fact.takenBy', { who: alert.acknowledged_by, time: moment(alert.acknowledged_at) })}
        </Fact>
        {alert.announced_at != null && (
          <Fact name={t('alerts.fact.announced')}>{moment(alert.announced_at)}</Fact>
        )}
        {alert.reporters.length > 0 && (
          <Fact name={t('alerts.fact.reporters')}>{alert.reporters.map(byName).join(', ')}</Fact>
        )}
        <LimitId alert={alert} />
      </dl>
      <Origin origin={alert.origin} />
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd dir="auto">{children}</dd>
    </div>
  );
}

function Current({ alert }: { alert: AlertAnswer }) {
  const reading = readingsOf(alert.station).value.get(alert.parameter);
  if (!reading || reading.value === null || alert.parameter === 'fire_detection') return null;
  return (
    <Fact name={t('alerts.fact.now')}>
      {valueText(reading.value, reading.parameter, reading.unit)}
      {' · '}
      <Age at={reading.at} />
    </Fact>
  );
}

/** Where a station has the limit, it is looked at there; a silence is no limit that somebody set. */
function LimitId({ alert }: { alert: AlertAnswer }) {
  if (alert.about) return null;
  return (
    <Fact name={t('alerts.fact.limit')}>
      {stations.value.has(alert.station) ? (
        <a href={hrefOf('limits', [alert.station])}>{alert.limit}</a>
      ) : (
        alert.limit
      )}
    </Fact>
  );
}

function Place({ alert }: { alert: AlertAnswer }) {
  const station = stations.value.get(alert.station);
  return (
    <>
      {alert.station !== '' && (
        <Fact name={t('alerts.fact.station')}>
          <a href={hrefOf('station', [alert.station])}>{local(alert.station_name)}</a>
        </Fact>
      )}
      {station && <Fact name={t('alerts.fact.area')}>{local(station.area)}</Fact>}
      {station && isPlaced(station) && (
        <div class="facts-where">
          <dt>{t('place.coordinates')}</dt>
          <dd>
            {placeText(station)} <small class="quiet-text">{decimalPlace(station)}</small>
            <MapLink place={station} name={local(station.name)} />
          </dd>
        </div>
      )}
    </>
  );
}
