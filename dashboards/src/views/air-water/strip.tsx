/** Thirty days as a strip of bars: each as high as its value stands on the scale; words count the categories. */

import type { DerivedDay } from '../../../../devices/wire/derived.ts';
import { local, t } from '../../i18n.ts';
import { shortDay } from './days.ts';
import { valueOfDay } from './index-order.ts';
import type { Medium } from './medium.ts';
import { heightOf, type Scale, stepOf, topOf } from './scale.ts';

interface StripProps {
  readonly own: ReadonlyMap<string, DerivedDay>;
  readonly days: readonly string[];
  readonly medium: Medium;
  readonly scale: Scale;
}

/** The words beside it say the same: it is for eyes alone. */
export function Strip({ own, days, medium, scale }: StripProps) {
  const top = topOf(
    scale,
    days.flatMap((day) => valueOfDay(own.get(day), medium) ?? []),
  );
  return (
    <div class="aw-strip" aria-hidden="true">
      {days.map((day) => {
        const value = valueOfDay(own.get(day), medium);
        const step = value === null ? null : stepOf(scale, value);
        return (
          <span
            key={day}
            class="aw-bar-place"
            title={`${shortDay(day)}: ${said(own.get(day), value, scale)}`}
          >
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
        );
      })}
    </div>
  );
}

/** `87, Trung bình`; why there is none. */
export function said(day: DerivedDay | undefined, value: number | null, scale: Scale): string {
  if (day === undefined) return t('air-water.noData');
  const step = value === null ? null : stepOf(scale, value);
  if (value === null || step === null) return day.note ? local(day.note) : t('air-water.unpublished');
  return `${value}, ${local(step.name)}`;
}

/** `30 ngày: 18 Tốt, 10 Trung bình, 2 không công bố`, the worst last. */
export function countsText(
  own: ReadonlyMap<string, DerivedDay>,
  days: readonly string[],
  medium: Medium,
  scale: Scale,
): string {
  const values = days.map((day) => valueOfDay(own.get(day), medium));
  const best = medium.worst === 'high' ? scale : scale.toReversed();
  const counts = best.flatMap(({ name, from, to }) => {
    const count = values.filter((value) => value !== null && value >= from && value <= to).length;
    return count === 0 ? [] : [`${count} ${local(name)}`];
  });
  const absent = days.filter((day) => !own.has(day)).length;
  const withheld = values.filter((value) => value === null).length - absent;
  if (withheld > 0) counts.push(t('air-water.countNone', { n: withheld }));
  if (absent > 0) counts.push(t('air-water.countAbsent', { n: absent }));
  return t('air-water.counts', { n: days.length, counts: counts.join(', ') });
}
