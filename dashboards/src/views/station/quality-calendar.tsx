/** A month of the four numbers: each day with its least one in figures and all four as bars. */
import type { QualityDay, QualityDays } from '../../../../devices/wire/station.ts';
import { language, t } from '../../i18n.ts';
import { calendarOf } from './month.ts';
import { lookOf, NUMBERS, percent, worstOf } from './shares.ts';

interface QualityCalendarProps {
  readonly month: string;
  readonly quality: QualityDays;
  readonly chosen: string;
  readonly today: string;
  readonly choose: (day: string) => void;
}

export function QualityCalendar({ month, quality, chosen, today, choose }: QualityCalendarProps) {
  const days = new Map(quality.days.map((day) => [day.day, day]));
  return (
    <div class="books-calendar">
      {t('books.weekdays')
        .split(' ')
        .map((name) => (
          <span key={name} class="books-weekday" aria-hidden="true">
            {name}
          </span>
        ))}
      {calendarOf(month).map((day, index) =>
        day === null ? (
          <span key={index} />
        ) : (
          <Day
            key={day}
            day={day}
            quality={days.get(day)}
            isChosen={day === chosen}
            isFuture={day > today}
            choose={choose}
          />
        ),
      )}
    </div>
  );
}

interface DayProps {
  readonly day: string;
  readonly quality: QualityDay | undefined;
  readonly isChosen: boolean;
  readonly isFuture: boolean;
  readonly choose: (day: string) => void;
}

function Day({ day, quality, isChosen, isFuture, choose }: DayProps) {
  const number = Number(day.slice(8));
  const worst = quality ? worstOf(quality) : null;
  const said = NUMBERS.map((id) => `${t(`books.${id}`)} ${percent(quality?.[id] ?? null, language.value)}`);
  return (
    <button
      type="button"
      class={`books-day-cell books-look-${isFuture ? 'future' : lookOf(worst?.share ?? null)}`}
      aria-pressed={isChosen}
      disabled={isFuture}
      title={said.join('\n')}
      onClick={() => choose(day)}
    >
      <span class="unseen">{`${day.split('-').reverse().join('/')}: ${said.join(', ')}`}</span>
      <span class="books-number" aria-hidden="true">
        {number}
      </span>
      {!isFuture && (
        <>
          <span class="books-worst" aria-hidden="true">
            {worst === null ? '–' : Math.floor(worst.share * 100 + 1e-9)}
            {worst !== null && <span class="books-sign">%</span>}
          </span>
          <span class="books-bars" aria-hidden="true">
            {NUMBERS.map((id) => {
              const share = quality?.[id] ?? null;
              return (
                <span key={id} class={`books-bar books-bar-${lookOf(share)}`}>
                  <span style={{ width: `${(share ?? 0) * 100}%` }} />
                </span>
              );
            })}
          </span>
        </>
      )}
    </button>
  );
}
