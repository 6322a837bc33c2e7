/** Thirty days as a row of boxes: how long a limit stood (shade) and how many alerts began (number). */
import { DAY_MS } from '../../../../devices/local-time.ts';
import { rough } from '../../age.ts';
import { formatTick } from '../../format.ts';
import { language, t, texts } from '../../i18n.ts';
import type { Day } from './compare.ts';

interface Row {
  readonly name: string;
  readonly days: readonly Day[];
}

/** Steps of the shade: none, some of the day, a quarter, half or more. */
const shadeOf = ({ stoodS }: Day): number => {
  const share = (stoodS * 1000) / DAY_MS;
  return share === 0 ? 0 : share < 0.05 ? 1 : share < 0.25 ? 2 : share < 0.5 ? 3 : 4;
};

const dayText = (day: Day): string =>
  t('limits.strip.day', {
    day: formatTick(day.at, 'day', language.value),
    n: day.opened,
    time: day.stoodS === 0 ? '0' : rough(day.stoodS, texts()),
  });

export function DayStrip({ rows }: { rows: readonly Row[] }) {
  const first = rows[0]?.days[0];
  const last = rows[0]?.days.at(-1);
  return (
    <div class="day-strips">
      {rows.map(({ name, days }) => (
        <div key={name} class="day-strip-row">
          <span class="day-strip-name">{name}</span>
          <div class="day-strip" role="img" aria-label={`${name}: ${summary(days)}`}>
            {days.map((day) => (
              <span key={day.at} class={`day-box shade-${shadeOf(day)}`} title={dayText(day)}>
                {day.opened > 0 ? (day.opened > 99 ? '99' : day.opened) : ''}
              </span>
            ))}
          </div>
        </div>
      ))}
      {first && last && (
        <p class="day-strip-ends" aria-hidden="true">
          <span>{formatTick(first.at, 'day', language.value)}</span>
          <span>{formatTick(last.at, 'day', language.value)}</span>
        </p>
      )}
    </div>
  );
}

function summary(days: readonly Day[]): string {
  const speaking = days.filter(({ opened, stoodS }) => opened > 0 || stoodS > 0);
  return speaking.length === 0 ? t('limits.strip.none') : speaking.map(dayText).join('; ');
}
