/** Roads by hours of a day: each cell has its figure, its tint is of the same value; a column is an hour. */
import './strip.css';
import { useEffect, useRef } from 'preact/hooks';
import { HOUR_MS } from '../../../../devices/local-time.ts';
import type { StationAnswer } from '../../../../devices/wire/api.ts';
import { now } from '../../clock.ts';
import { formatNumber } from '../../format.ts';
import { language, local, t } from '../../i18n.ts';
import { choose } from '../../route.ts';
import type { Hours, Metric } from './day-hours.ts';
import { serviceLetter } from './service.ts';
import { shadeOf } from './shade.ts';

interface StripProps {
  readonly roads: readonly StationAnswer[];
  readonly hours: readonly Hours[];
  readonly metric: Metric;
  readonly metricName: string;
  readonly day: string;
  readonly dayFrom: number;
  readonly chosen: string;
}

export function Strip({ roads, hours, metric, metricName, day, dayFrom, chosen }: StripProps) {
  const box = useRef<HTMLElement>(null);
  const current = Math.floor((now.peek() - dayFrom) / HOUR_MS);
  const greatest = Math.max(0, ...hours.flat().map((value) => value ?? 0));
  useEffect(() => {
    // On a phone the hours up to now are what is looked for.
    const cell = box.current?.querySelector<HTMLElement>(`[data-hour="${Math.min(current, 23)}"]`);
    if (box.current && cell && current >= 0 && current < 24)
      box.current.scrollLeft = cell.offsetLeft - box.current.clientWidth + cell.offsetWidth;
  }, [day]);
  const label = t('traffic.strip', { metric: metricName, day });
  return (
    <section class="table-box" ref={box} aria-label={label}>
      <table class="strip">
        <caption class="unseen">{label}</caption>
        <thead>
          <tr>
            <th scope="col">{t('traffic.road')}</th>
            {Array.from({ length: 24 }, (_, hour) => (
              <th key={hour} scope="col" data-hour={hour} class={hour === current ? 'is-now' : undefined}>
                {hour}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {roads.map((road, index) => (
            <tr key={road.id} class={road.id === chosen ? 'is-chosen' : undefined}>
              <th scope="row">
                <button
                  type="button"
                  title={local(road.name)}
                  onClick={() => choose({ road: road.id })}
                  dir="auto"
                >
                  {local(road.name)}
                </button>
              </th>
              {(hours[index] ?? []).map((value, hour) => (
                <Cell key={hour} value={value} metric={metric} greatest={greatest} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface CellProps {
  readonly value: number | null;
  readonly metric: Metric;
  readonly greatest: number;
}

export function Cell({ value, metric, greatest }: CellProps) {
  if (value === null) return <td class="strip-none">–</td>;
  if (metric === 'level_of_service') {
    const letter = serviceLetter(value);
    return <td class={`los-${letter}`}>{letter}</td>;
  }
  return (
    <td style={{ '--shade': `${shadeOf(value, greatest)}%` }}>
      {formatNumber(value, metric, language.value)}
    </td>
  );
}
