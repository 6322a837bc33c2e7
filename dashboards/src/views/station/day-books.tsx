/** One day: the four numbers with what they are made of, what became of every reading that was due, and why. */

import { dayBounds } from '../../../../devices/local-time.ts';
import type { BooksAnswer, StationAnswer } from '../../../../devices/wire/api.ts';
import type { QualityDay } from '../../../../devices/wire/station.ts';
import { currentTime } from '../../clock.ts';
import { formatHour, parameterName } from '../../format.ts';
import { language, t } from '../../i18n.ts';
import { Icon } from '../../parts/icon.tsx';
import { Shown } from '../../parts/shown.tsx';
import { FlagTag } from '../../parts/value.tsx';
import { useAnswer } from '../../use-answer.ts';
import { byHour, byParameter, type Cause, causesOf, FATES, type Sums, sumOf, whole } from './book-sums.ts';
import { booksOf, qualityOf } from './calls.ts';
import { causeText } from './cause-text.ts';
import { lookOf, NUMBERS, type NumberId, percent } from './shares.ts';
import { TableBox } from './table-box.tsx';

export function DayBooks({ station, day }: { station: StationAnswer; day: string }) {
  const bounds = dayBounds(day);
  const asked = useAnswer(
    async (signal) => {
      const { from = 0, to = 0 } = bounds ?? {};
      const [books, quality] = await Promise.all([
        booksOf(station.id, from, Math.min(to, Math.ceil(currentTime())), signal),
        qualityOf(station.id, day, day, signal),
      ]);
      return { books, quality: quality.days[0] ?? null };
    },
    [station.id, day],
  );
  return (
    <section class="card books-day" aria-labelledby="books-day">
      <h3 id="books-day">{t('books.ofDay', { day: day.split('-').reverse().join('/') })}</h3>
      <Shown asked={asked} lines={8}>
        {({ books, quality }) => (
          <>
            {quality && <Four quality={quality} />}
            <Waiting books={books} />
            <Hours books={books} />
            <Parameters books={books} />
            <Causes books={books} />
          </>
        )}
      </Shown>
    </section>
  );
}

const count = (n: number): string =>
  new Intl.NumberFormat(language.value === 'vi' ? 'vi-VN' : 'en-GB').format(n);

const PARTS: Readonly<Record<NumberId, readonly [keyof QualityDay, keyof QualityDay]>> = {
  dung: ['good', 'clean'],
  du: ['clean', 'expected'],
  sach: ['clean', 'received'],
  song: ['live', 'clean'],
};

function Four({ quality }: { quality: QualityDay }) {
  return (
    <ul class="books-four">
      {NUMBERS.map((id) => {
        const [part, of] = PARTS[id];
        return (
          <li key={id} class={`books-look-${lookOf(quality[id])}`}>
            <span class="books-four-name">{t(`books.${id}`)}</span>
            <strong>{percent(quality[id], language.value)}</strong>
            <span class="books-four-of">
              {quality[id] === null
                ? t('books.noData')
                : t('books.of', { part: count(Number(quality[part])), of: count(Number(quality[of])) })}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

/** What is still at the edge, or may be. */
function Waiting({ books: { edge } }: { books: BooksAnswer }) {
  if (edge.known === 'unknown' && !edge.online)
    return (
      <p class="station-note">
        <Icon name="silent" size={16} />
        {t('books.edgeUnknown', { edge: edge.name })}
      </p>
    );
  if (edge.waiting === 0) return null;
  return (
    <p class="station-note">
      <Icon name="clock" size={16} />
      {t('books.waiting', { n: edge.waiting, edge: edge.name })}
    </p>
  );
}

function Bar({ sums, label }: { sums: Sums; label: string }) {
  const all = whole(sums);
  return (
    <span class="books-fates" role="img" aria-label={label}>
      {FATES.map((fate) =>
        sums[fate] === 0 ? null : (
          <span key={fate} class={`fate fate-${fate}`} style={{ flexGrow: sums[fate] / Math.max(1, all) }} />
        ),
      )}
    </span>
  );
}

const barText = (sums: Sums): string =>
  FATES.filter((fate) => sums[fate] > 0)
    .map((fate) => `${t(`books.${fate}`)} ${count(sums[fate])}`)
    .join(', ');

/** What became of the readings of each hour, as columns. */
function Hours({ books }: { books: BooksAnswer }) {
  const hours = byHour(books.hours);
  if (hours.length === 0) return <p class="station-note">{t('books.nothingDue')}</p>;
  return (
    <figure class="books-hours">
      <figcaption>{t('books.byHour')}</figcaption>
      <ol>
        {hours.map(({ hour, sums }) => {
          const text = `${formatHour(hour, language.value)}: ${barText(sums) || t('books.nothingDue')}`;
          const all = Math.max(1, whole(sums));
          return (
            <li key={hour} title={text}>
              <span class="unseen">{text}</span>
              {FATES.map((fate) =>
                sums[fate] === 0 ? null : (
                  <span
                    key={fate}
                    aria-hidden="true"
                    class={`fate fate-${fate}`}
                    style={{ height: `${(sums[fate] / all) * 100}%` }}
                  />
                ),
              )}
            </li>
          );
        })}
      </ol>
      <p class="books-hours-axis" aria-hidden="true">
        {[0, 6, 12, 18, 24].map((hour) => (
          <span key={hour}>{`${String(hour).padStart(2, '0')}:00`}</span>
        ))}
      </p>
      <ul class="explorer-key">
        {FATES.filter((fate) => sumOf(books.hours)[fate] > 0).map((fate) => (
          <li key={fate}>
            <span class={`explorer-key-box fate fate-${fate}`} />
            {t(`books.${fate}`)}
          </li>
        ))}
      </ul>
    </figure>
  );
}

function Parameters({ books }: { books: BooksAnswer }) {
  const rows = [...byParameter(books.hours)];
  if (rows.length === 0) return null;
  return (
    <TableBox label={t('books.byParameter')}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{t('chart.parameter')}</th>
            <th scope="col" class="number">
              {t('books.expected')}
            </th>
            <th scope="col" class="number">
              {t('books.good')}
            </th>
            <th scope="col" class="number">
              {t('books.flagged')}
            </th>
            <th scope="col" class="number">
              {t('books.missed')}
            </th>
            <th scope="col">{t('books.share')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([id, sums]) => (
            <tr key={id}>
              <th scope="row">{parameterName(id, language.value)}</th>
              <td class="number">{count(sums.expected)}</td>
              <td class="number">{count(sums.good)}</td>
              <td class="number">{count(sums.flagged)}</td>
              <td class="number">{count(sums.missed)}</td>
              <td>
                <Bar sums={sums} label={barText(sums)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableBox>
  );
}

function Causes({ books }: { books: BooksAnswer }) {
  const causes = causesOf(books.hours);
  return (
    <div class="books-causes">
      <h4>{t('books.causes')}</h4>
      {causes.length === 0 && <p class="station-note">{t('books.noCauses')}</p>}
      <ul>
        {causes.map((cause) => (
          <CauseRow key={`${cause.fate} ${cause.flag} ${cause.text}`} cause={cause} />
        ))}
      </ul>
      {books.unassigned.length > 0 && (
        <p class="station-note">
          {t('books.unassigned', { n: books.unassigned.reduce((sum, one) => sum + one.count, 0) })}
        </p>
      )}
    </div>
  );
}

function CauseRow({ cause }: { cause: Cause }) {
  const { fate, flag, text, parameters } = cause;
  return (
    <li>
      <strong class="books-causes-count">{count(cause.count)}</strong>
      <span>
        {flag === null ? (
          <span class={`tag fate-tag-${fate}`}>{t(`books.${fate}`)}</span>
        ) : (
          <FlagTag flag={flag} reason={null} />
        )}{' '}
        {causeText(text)}
        <span class="books-causes-of">
          {parameters.map((id) => parameterName(id, language.value)).join(', ')}
        </span>
      </span>
    </li>
  );
}
