/** VN_AQI or VN_WQI of the hour, worst first, on the official colours with their names. */
import type { DerivedValueAnswer, StationAnswer } from '../../../../devices/wire/api.ts';
import { now } from '../../clock.ts';
import { formatHour, formatNumber } from '../../format.ts';
import { language, local, t } from '../../i18n.ts';
import { StaleTag, useStale } from '../../parts/age.tsx';
import { Notice } from '../../parts/notices.tsx';
import { Shown } from '../../parts/shown.tsx';
import { stations } from '../../state.ts';
import { useAnswer } from '../../use-answer.ts';
import { newestIndices } from '../air-water/calls.ts';
import { inWorstOrder } from '../air-water/index-order.ts';
import { AIR, type Medium, WATER } from '../air-water/medium.ts';
import { inkOn, type Scale, stepOf } from '../air-water/scale.ts';
import { FitList } from './fit-list.tsx';
import { Panel } from './panel.tsx';

/** An index is worked out once an hour. */
const AGAIN_MS = 5 * 60_000;

export const AirPanel = () => <IndexPanel medium={AIR} />;
export const WaterPanel = () => <IndexPanel medium={WATER} />;

function IndexPanel({ medium }: { medium: Medium }) {
  const asked = useAnswer((signal) => newestIndices(medium, signal), [medium.id], AGAIN_MS);
  const own = [...stations.value.values()].filter(({ kind }) => kind === medium.id);
  return (
    <Panel name="index" title={t(`wall.${medium.id}`)} note={t(`wall.${medium.id}Note`)}>
      <Shown asked={asked} lines={6}>
        {({ scales, stations: answers }) => {
          if (own.length === 0) return <Notice icon={medium.id} title={t(`wall.none.${medium.id}`)} />;
          const values = new Map(answers.map((answer) => [answer.station, answer.values]));
          return (
            <FitList
              items={inWorstOrder(own, values, medium, language.value)}
              keyOf={({ id }) => id}
              label={t(`wall.${medium.id}`)}
            >
              {(station) => (
                <Row
                  station={station}
                  value={values.get(station.id)?.find(({ parameter }) => parameter === medium.hour)}
                  scale={scales[medium.hour] ?? []}
                />
              )}
            </FitList>
          );
        }}
      </Shown>
    </Panel>
  );
}

interface RowProps {
  readonly station: StationAnswer;
  readonly value: DerivedValueAnswer | undefined;
  readonly scale: Scale;
}

function Row({ station, value, scale }: RowProps) {
  const stale = useStale(value?.at ?? now.peek(), 3600);
  const step = value === undefined || value.value === null ? null : stepOf(scale, value.value);
  const name = local(station.name);
  return (
    <div class={stale ? 'wall-index is-stale' : 'wall-index'}>
      {step !== null && value !== undefined && value.value !== null ? (
        <span class="wall-badge" style={{ background: step.colour, color: inkOn(step.colour) }}>
          {formatNumber(value.value, 'vn_aqi', language.value)}
        </span>
      ) : (
        <span class="wall-badge wall-badge-none" aria-hidden="true">
          –
        </span>
      )}
      <p>
        <bdi title={name}>{name}</bdi>
        <span class="wall-index-said">
          {step === null ? t('wall.unpublished') : local(step.name)}
          {value !== undefined && (
            <span class="wall-index-when">
              {' · '}
              {t('wall.hour', { hour: formatHour(value.at, language.value) })}
            </span>
          )}
          {stale && <StaleTag />}
        </span>
      </p>
    </div>
  );
}
