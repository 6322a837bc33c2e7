/** One station in short, beside the map: what is wrong there, what it says now, and the last day of what matters most. */
import { useEffect, useRef } from 'preact/hooks';
import type { StationAnswer } from '../../../../devices/wire/api.ts';
import { local, t } from '../../i18n.ts';
import { headlines } from '../../judge.ts';
import { isPlaced } from '../../map/place.ts';
import { AlertCard } from '../../parts/alert-card.tsx';
import { DayChart } from '../../parts/day-chart.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Notice, Origin, Skeleton } from '../../parts/notices.tsx';
import { Mark } from '../../parts/station-mark.tsx';
import { ValueRow } from '../../parts/value-row.tsx';
import { hrefOf, type Query } from '../../route.ts';
import { alertsAt, loaded, readingsOf, stateOf, stations } from '../../state.ts';

/** Parameters in sight; all of them are on the station's page. */
const SHOWN = 6;

export function StationPanel({ id, query }: { id: string; query: Query }) {
  const station = stations.value.get(id);
  const panel = useRef<HTMLElement>(null);
  // Whoever opened it by keyboard goes on reading here.
  useEffect(() => panel.current?.focus({ preventScroll: true }), [id]);
  const back = hrefOf('overview', [], query);
  return (
    <aside class="panel" ref={panel} tabIndex={-1} aria-labelledby="station-title">
      <header class="panel-head">
        <a class="button-icon panel-back" href={back} aria-label={t('station.back')}>
          <Icon name="back" size={20} />
        </a>
        <Title id={id} station={station} />
        <a class="button-icon panel-close" href={back} aria-label={t('station.close')}>
          <Icon name="close" size={20} />
        </a>
      </header>
      {!station && loaded.value !== 'ready' && <Skeleton lines={6} />}
      {!station && loaded.value === 'ready' && (
        <Notice
          icon="doubtful"
          title={t('station.unknown')}
          text={t('station.unknownText', { id: id.slice(0, 80) })}
        />
      )}
      {station && <Body station={station} />}
    </aside>
  );
}

function Title({ id, station }: { id: string; station: StationAnswer | undefined }) {
  const state = stateOf(id).value;
  if (!station)
    return (
      <div class="panel-title">
        <h2 id="station-title" dir="auto">
          {id.slice(0, 80)}
        </h2>
      </div>
    );
  return (
    <>
      <Mark kind={station.kind} state={state} size={42} />
      <div class="panel-title">
        <h2 id="station-title" dir="auto" title={local(station.name)}>
          {local(station.name)}
        </h2>
        <p>
          {t(`kind.${station.kind}`)} · <bdi>{local(station.area)}</bdi>
          {station.commissioning && ` · ${t('overview.commissioning')}`} ·{' '}
          <span class={`panel-state text-${state}`}>{t(`state.${state}`)}</span>
        </p>
      </div>
    </>
  );
}

function Body({ station }: { station: StationAnswer }) {
  const { id, origin, parameters } = station;
  const readings = readingsOf(id).value;
  const alerts = alertsAt(id);
  const first = headlines(station, new Set(alerts.map(({ parameter }) => parameter)), SHOWN);
  const shown = first.flatMap((own) => parameters.find((parameter) => parameter.id === own) ?? []);
  const charted = shown[0];
  return (
    <div class="panel-body">
      <Origin origin={origin} />
      {!isPlaced(station) && <p class="panel-note">{t('panel.unplaced')}</p>}
      {alerts.map((alert) => (
        <AlertCard key={alert.id} alert={alert} where={false} />
      ))}
      <h3 class="panel-section" id="values-title">
        {t('station.now')}
      </h3>
      {readings.size === 0 && <p class="panel-note">{t('station.noReadings')}</p>}
      <ul class="values" aria-labelledby="values-title">
        {shown.map((parameter) => (
          <ValueRow
            key={parameter.id}
            parameter={parameter}
            reading={readings.get(parameter.id)}
            level={alerts.find((alert) => alert.parameter === parameter.id)?.level}
          />
        ))}
      </ul>
      {parameters.length > shown.length && (
        <p class="panel-note">{t('panel.more', { n: parameters.length - shown.length })}</p>
      )}
      <a class="button" href={hrefOf('station', [id])}>
        {t('station.open')}
        <Icon name="next" size={16} />
      </a>
      {charted && (
        <>
          <h3 class="panel-section">{t('station.day')}</h3>
          <Origin origin={origin} short />
          <DayChart key={`${id} ${charted.id}`} station={id} parameter={charted} />
        </>
      )}
    </div>
  );
}
