/** A road now: flow, speed and occupancy with their age, its level of service, whether it is congested. */
import type { StationAnswer } from '../../../../devices/wire/api.ts';
import { formatNumber, unitLabel } from '../../format.ts';
import { language, local, t } from '../../i18n.ts';
import { Age, StaleTag, useStale } from '../../parts/age.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Origin } from '../../parts/notices.tsx';
import { FlagTag, Value } from '../../parts/value.tsx';
import { hrefOf, type Query } from '../../route.ts';
import { readingsOf } from '../../state.ts';
import { ServiceBadge } from './service-badge.tsx';

const SHOWN = [
  ['traffic_flow', 'traffic.flow'],
  ['traffic_speed', 'traffic.speed'],
  ['occupancy', 'traffic.occupancy'],
] as const;

interface RoadCardProps {
  readonly road: StationAnswer;
  readonly chosen: boolean;
  readonly query: Query;
}

export function RoadCard({ road, chosen, query }: RoadCardProps) {
  const readings = readingsOf(road.id).value;
  const newest = Math.max(0, ...SHOWN.map(([id]) => readings.get(id)?.at ?? 0));
  const period = road.parameters.find(({ id }) => id === 'traffic_flow')?.period_s ?? 300;
  const stale = useStale(newest, period) && newest > 0;
  const name = local(road.name);
  const free = readings.get('free_flow_speed');
  const service = readings.get('level_of_service');
  return (
    <a
      class={stale ? 'road is-stale' : 'road'}
      href={hrefOf('traffic', [], { ...query, road: road.id })}
      aria-current={chosen ? 'true' : undefined}
    >
      <span class="road-name" title={name} dir="auto">
        {name}
      </span>
      <span class="road-tags">
        {service && !stale && <ServiceBadge value={service.value} words />}
        {readings.get('congestion')?.value === 1 && !stale && (
          <span class="tag road-congested">
            <Icon name="warning" size={12} weight={2.4} />
            {t('traffic.congested')}
          </span>
        )}
      </span>
      <span class="road-values">
        {SHOWN.map(([id, label]) => {
          const reading = readings.get(id);
          return (
            <span key={id} class="road-value">
              <span class="road-label">{t(label)}</span>
              <Value value={reading?.value ?? null} parameter={id} unit={reading?.unit ?? ''} />
              {reading && reading.flag > 2 && <FlagTag flag={reading.flag} reason={reading.reason} />}
            </span>
          );
        })}
      </span>
      <span class="road-foot">
        {newest === 0 ? t('traffic.noData') : <Age at={newest} />}
        {stale && <StaleTag />}
        {free?.value != null && (
          <span>
            {t('traffic.freeFlow', {
              value: `${formatNumber(free.value, free.parameter, language.value)} ${unitLabel(free.unit, language.value)}`,
            })}
          </span>
        )}
      </span>
      <Origin origin={road.origin} short />
    </a>
  );
}
