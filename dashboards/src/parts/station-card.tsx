/** A station in the list: who it is, how it is, and the few values that stand for it. */
import type { LatestReading, StationAnswer } from '../../../devices/wire/api.ts';
import { parameterName } from '../format.ts';
import { language, local, t } from '../i18n.ts';
import { headlines } from '../judge.ts';
import { isPlaced } from '../map/place.ts';
import { hrefOf, route } from '../route.ts';
import { alertsAt, readingsOf, stateOf } from '../state.ts';
import { Age, StaleTag, useStale } from './age.tsx';
import { Origin } from './notices.tsx';
import { Mark } from './station-mark.tsx';
import { FlagTag, Value } from './value.tsx';

const SHOWN = 3;

export function StationCard({ station, chosen }: { station: StationAnswer; chosen: boolean }) {
  const readings = readingsOf(station.id).value;
  const alerting = new Map(alertsAt(station.id).map((alert) => [alert.parameter, alert.level]));
  const state = stateOf(station.id).value;
  const newest = Math.max(...[...readings.values()].map(({ at }) => at));
  return (
    <a
      class="station"
      href={hrefOf('overview', [station.id], route.value.query)}
      aria-current={chosen ? 'true' : undefined}
    >
      <Mark kind={station.kind} state={state} size={38} />
      <bdi class="station-name" title={local(station.name)}>
        {local(station.name)}
      </bdi>
      <span class="station-when">{readings.size === 0 ? t('status.new') : <Age at={newest} />}</span>
      <span class="station-where">
        <bdi>{local(station.area)}</bdi>
        {station.commissioning && ` · ${t('overview.commissioning')}`}
        {!isPlaced(station) && ` · ${t('overview.unplaced')}`}
        {state !== 'ok' && state !== 'new' && (
          <span class={`station-state text-${state}`}> · {t(`state.${state}`)}</span>
        )}
      </span>
      <span class="station-values">
        {headlines(station, new Set(alerting.keys()), SHOWN).map((id) => {
          const reading = readings.get(id);
          const period = station.parameters.find((parameter) => parameter.id === id)?.period_s ?? 60;
          return reading ? (
            <Headline key={id} reading={reading} periodS={period} level={alerting.get(id)} />
          ) : (
            <span key={id} class="headline">
              <span class="headline-name">{parameterName(id, language.value)}</span>
              <span class="value value-none">–</span>
            </span>
          );
        })}
      </span>
      <Origin origin={station.origin} short />
    </a>
  );
}

interface HeadlineProps {
  readonly reading: LatestReading;
  readonly periodS: number;
  readonly level: LatestReading['level'] | undefined;
}

function Headline({ reading, periodS, level }: HeadlineProps) {
  const stale = useStale(reading.at, periodS);
  return (
    <span class={`headline${stale ? ' is-stale' : ''}${level ? ` text-${level}` : ''}`}>
      <span class="headline-name">{parameterName(reading.parameter, language.value)}</span>
      <Value value={reading.value} parameter={reading.parameter} unit={reading.unit} />
      {stale && <StaleTag />}
      {reading.flag !== 1 && <FlagTag flag={reading.flag} reason={reading.reason} />}
    </span>
  );
}
