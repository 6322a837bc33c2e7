/** How good the data of the station are: đúng, đủ, sạch, sống of each day of a month, and the closed books of one. */

import { dayBounds, dayOf } from '../../../../devices/local-time.ts';
import type { StationAnswer } from '../../../../devices/wire/api.ts';
import { currentTime } from '../../clock.ts';
import { t } from '../../i18n.ts';
import { Icon } from '../../parts/icon.tsx';
import { Shown } from '../../parts/shown.tsx';
import { choose, type Query } from '../../route.ts';
import { useAnswer } from '../../use-answer.ts';
import { qualityOf } from './calls.ts';
import { DayBooks } from './day-books.tsx';
import { firstDay, isMonth, lastDay, monthOfDay, neighbour } from './month.ts';
import { QualityCalendar } from './quality-calendar.tsx';
import './books.css';

const EVERY_MS = 5 * 60_000;

export function Books({ station, query }: { station: StationAnswer; query: Query }) {
  const today = dayOf(currentTime());
  const day = query.day !== undefined && isPast(query.day) ? query.day : today;
  const month = isMonth(query.month) ? query.month : monthOfDay(day);
  const asked = useAnswer(
    (signal) => qualityOf(station.id, firstDay(month), lastDay(month), signal),
    [station.id, month],
    month === monthOfDay(today) ? EVERY_MS : undefined,
  );
  return (
    <div class="books">
      <section class="card books-month" aria-label={t('books.month')}>
        <div class="books-head">
          <h3>{t('books.title')}</h3>
          <div class="books-steps">
            <button
              type="button"
              class="button-icon"
              aria-label={t('books.monthBefore')}
              onClick={() => choose({ month: neighbour(month, -1) })}
            >
              <Icon name="back" size={18} />
            </button>
            <strong aria-live="polite">{monthText(month)}</strong>
            <button
              type="button"
              class="button-icon"
              aria-label={t('books.monthAfter')}
              disabled={month >= monthOfDay(today)}
              onClick={() => choose({ month: neighbour(month, 1) })}
            >
              <Icon name="next" size={18} />
            </button>
          </div>
        </div>
        <Shown asked={asked} lines={8}>
          {(quality) => (
            <QualityCalendar
              month={month}
              quality={quality}
              chosen={day}
              today={today}
              choose={(next) => choose({ day: next, month: '' })}
            />
          )}
        </Shown>
        <Meaning />
      </section>
      <DayBooks key={day} station={station} day={day} />
    </div>
  );
}

const isPast = (day: string): boolean => (dayBounds(day)?.from ?? Number.POSITIVE_INFINITY) <= currentTime();

/** 03/2026 */
const monthText = (month: string): string => month.split('-').reverse().join('/');

function Meaning() {
  return (
    <dl class="books-meaning">
      {(['dung', 'du', 'sach', 'song'] as const).map((id) => (
        <div key={id}>
          <dt>{t(`books.${id}`)}</dt>
          <dd>{t(`books.${id}Text`)}</dd>
        </div>
      ))}
    </dl>
  );
}
