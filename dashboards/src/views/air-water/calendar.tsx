/** Thirty days as a calendar, a column a weekday: each shows its value on the official colour and can be looked into. */
import type { DerivedDay } from '../../../../devices/wire/derived.ts';
import { t } from '../../i18n.ts';
import { longDay, shortDay, weekday } from './days.ts';
import { valueOfDay } from './index-order.ts';
import type { Medium } from './medium.ts';
import { inkOn, type Scale, stepOf } from './scale.ts';
import { said } from './strip.tsx';

interface CalendarProps {
  readonly own: ReadonlyMap<string, DerivedDay>;
  readonly days: readonly string[];
  readonly medium: Medium;
  readonly scale: Scale;
  readonly isChosen: (day: string) => boolean;
  readonly choose: (day: string) => void;
}

const WEEK = [0, 1, 2, 3, 4, 5, 6] as const;

export function Calendar({ own, days, medium, scale, isChosen, choose }: CalendarProps) {
  const [first = ''] = days;
  return (
    <div class="aw-calendar">
      {WEEK.map((number) => (
        <span key={number} class="aw-weekday" aria-hidden="true">
          {t(`air-water.weekday.${number}`)}
        </span>
      ))}
      {Array.from({ length: weekday(first) }, (_, index) => (
        <span key={index} />
      ))}
      {days.map((day, index) => {
        const value = valueOfDay(own.get(day), medium);
        const step = value === null ? null : stepOf(scale, value);
        const date = index === 0 || day.endsWith('-01') ? shortDay(day) : String(Number(day.slice(8)));
        const words = said(own.get(day), value, scale);
        return (
          <button
            key={day}
            type="button"
            class={step === null ? 'aw-date aw-date-none' : 'aw-date'}
            aria-pressed={isChosen(day)}
            title={words}
            disabled={!own.has(day)}
            style={step === null ? undefined : { background: step.colour, color: inkOn(step.colour) }}
            onClick={() => choose(day)}
          >
            <span class="unseen">{`${longDay(day)}: ${words}`}</span>
            <span class="aw-date-day" aria-hidden="true">
              {date}
            </span>
            <span class="aw-date-value" aria-hidden="true">
              {value ?? '–'}
            </span>
          </button>
        );
      })}
    </div>
  );
}
