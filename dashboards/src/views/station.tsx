/** One station: what it says now, what is wrong there, and its last day. */
import { useEffect, useRef } from 'preact/hooks';
import { local, t } from '../i18n.ts';
import { AlertCard } from '../parts/alert-card.tsx';
import { DayChart } from '../parts/day-chart.tsx';
import { Icon } from '../parts/icon.tsx';
import { Notice, Origin, Skeleton } from '../parts/notices.tsx';
import { Mark } from '../parts/station-mark.tsx';
import { ValueRow } from '../parts/value-row.tsx';
import { hashOf, lastTab } from '../route.ts';
import { alertsAt, loaded, readingsOf, stateOf, stations } from '../state.ts';

export function Station({ id }: { id: string }) {
  const station = stations.value.get(id);
  const panel = useRef<HTMLElement>(null);
  // Whoever opened it by keyboard goes on reading here.
  useEffect(() => panel.current?.focus({ preventScroll: true }), [id]);
  const back = hashOf({ kind: 'overview', tab: lastTab.value });
  const readings = readingsOf(id).value;
  const alerts = alertsAt(id);
  const state = stateOf(id).value;

  return (
    <aside class="panel" ref={panel} tabIndex={-1} aria-labelledby="station-title">
      <header class="panel-head">
        <a class="button-icon panel-back" href={back} aria-label={t('station.back')}>
          <Icon name="back" size={20} />
        </a>
        {station && <Mark kind={station.kind} state={state} size={42} />}
        <div class="panel-title">
          <h2 id="station-title">{station ? local(station.name) : id}</h2>
          {station && (
            <p>
              {t(`kind.${station.kind}`)} · {local(station.area)} ·{' '}
              <span class={`panel-state text-${state}`}>{t(`state.${state}`)}</span>
            </p>
          )}
        </div>
        <a class="button-icon panel-close" href={back} aria-label={t('station.close')}>
          <Icon name="close" size={20} />
        </a>
      </header>
      {!station && loaded.value !== 'ready' && <Skeleton lines={6} />}
      {!station && loaded.value === 'ready' && (
        <Notice icon="doubtful" title={t('station.unknown')} text={t('station.unknownText', { id })} />
      )}
      {station && (
        <div class="panel-body">
          <Origin origin={station.origin} />
          {alerts.map((alert) => (
            <AlertCard key={alert.id} alert={alert} where={false} />
          ))}
          <h3 class="panel-section" id="values-title">
            {t('station.now')}
          </h3>
          {readings.size === 0 && <p class="panel-note">{t('station.noReadings')}</p>}
          <ul class="values" aria-labelledby="values-title">
            {station.parameters.map((parameter) => (
              <ValueRow
                key={parameter.id}
                parameter={parameter}
                reading={readings.get(parameter.id)}
                level={alerts.find((alert) => alert.parameter === parameter.id)?.level}
              />
            ))}
          </ul>
          <h3 class="panel-section">{t('station.day')}</h3>
          <Origin origin={station.origin} short />
          <div class="charts">
            {station.parameters.map((parameter) => (
              <DayChart key={`${id} ${parameter.id}`} station={id} parameter={parameter} />
            ))}
          </div>
        </div>
      )}
    </aside>
  );
}
