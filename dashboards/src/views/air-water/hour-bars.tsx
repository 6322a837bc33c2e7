/** The index by hour: a bar each, its height and colour by category, its value above; each can be looked into. */
import { useEffect, useRef } from 'preact/hooks';
import { HOUR_MS, hourOfDay } from '../../../../devices/local-time.ts';
import type { ReadingsAnswer } from '../../../../devices/wire/api.ts';
import { now } from '../../clock.ts';
import { local, t } from '../../i18n.ts';
import { heightOf, type Scale, stepOf, topOf } from './scale.ts';
import { hourSpan } from './times.ts';

interface HourBarsProps {
  readonly scale: Scale;
  /** The end of the first hour, epoch ms. */
  readonly from: number;
  readonly hours: number;
  readonly points: ReadingsAnswer['points'];
  readonly chosen: number | undefined;
  readonly choose: (at: number) => void;
}

export function HourBars({ scale, from, hours, points, chosen, choose }: HourBarsProps) {
  const values = new Map(points.map(([at, value]) => [at, value]));
  const top = topOf(
    scale,
    [...values.values()].filter((value) => value !== null),
  );
  const box = useRef<HTMLDivElement>(null);
  // The newest are at the right, and it may be wider than a phone.
  useEffect(() => {
    if (box.current) box.current.scrollLeft = box.current.scrollWidth;
  }, [from]);
  return (
    <div class="aw-hours" ref={box}>
      {Array.from({ length: hours }, (_, index) => {
        const at = from + index * HOUR_MS;
        const value = values.get(at) ?? null;
        const step = value === null ? null : stepOf(scale, value);
        const why = t(values.has(at) ? 'air-water.unpublished' : 'air-water.noData');
        const words = step === null ? why : `${value}, ${local(step.name)}`;
        return (
          <button
            key={at}
            type="button"
            class="aw-hour"
            aria-pressed={at === chosen}
            title={words}
            disabled={!values.has(at)}
            onClick={() => choose(at)}
          >
            <span class="unseen">{`${hourSpan(at, now.peek())}: ${words}`}</span>
            <span class="aw-hour-value" aria-hidden="true">
              {value ?? '–'}
            </span>
            <span class="aw-hour-track" aria-hidden="true">
              {value === null || step === null ? (
                <span class="aw-bar aw-bar-none" />
              ) : (
                <span
                  class="aw-bar"
                  style={{
                    background: step.colour,
                    height: `${100 * heightOf(scale, value, top)}%`,
                  }}
                />
              )}
            </span>
            <span class="aw-hour-label" aria-hidden="true">
              {hourOfDay(at - HOUR_MS)}
            </span>
          </button>
        );
      })}
    </div>
  );
}
