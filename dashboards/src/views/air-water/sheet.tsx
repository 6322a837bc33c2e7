/** The sheet of one station: head, what the month was in a few lines, a row a day, notes, room for signatures. A4, upright. */
import { dayOf } from '../../../../devices/local-time.ts';
import { now } from '../../clock.ts';
import { formatNumber, unitLabel } from '../../format.ts';
import { language, local, t } from '../../i18n.ts';
import { isPlaced } from '../../map/place.ts';
import { isWholeMonth, longDay, monthName, shortDay } from './days.ts';
import { pollutantName } from './names.ts';
import {
  type Column,
  columnSummary,
  completenessOfMonth,
  type Exceeded,
  type ReportRow,
  type StationReport,
} from './report-data.ts';
import { type Scale, stepOf } from './scale.ts';

interface SheetProps {
  readonly report: StationReport;
  readonly month: string;
  readonly days: readonly string[];
  readonly scale: Scale;
}

export function Sheet({ report, month, days, scale }: SheetProps) {
  const { station, medium } = report;
  const until = isWholeMonth(month, now.peek()) ? null : longDay(days.at(-1) as string);
  return (
    <article class="aw-sheet">
      <header class="aw-letterhead">
        <p>
          {t('air-water.sheet.office')}
          <br />
          <span class="aw-dots" />
        </p>
        <p>
          <strong>{t('air-water.sheet.state')}</strong>
          <br />
          <span class="aw-motto">{t('air-water.sheet.motto')}</span>
        </p>
      </header>
      <h3>
        {t(`air-water.sheet.title.${medium.id}`)}
        <br />
        {t('air-water.sheet.month', { month: monthName(month) })}
      </h3>
      <dl class="aw-sheet-about">
        <dt>{t('air-water.station')}</dt>
        <dd>
          <bdi>{local(station.name)}</bdi> ({station.id})
        </dd>
        <dt>{t('area.label')}</dt>
        <dd>
          <bdi>{local(station.area)}</bdi>
          {isPlaced(station) && ` · ${station.latitude.toFixed(4)}, ${station.longitude.toFixed(4)}`}
        </dd>
        {until !== null && (
          <>
            <dt>{t('air-water.sheet.until')}</dt>
            <dd>{until}</dd>
          </>
        )}
        {station.origin && (
          <>
            <dt>{t('air-water.sheet.origin')}</dt>
            <dd>{local(station.origin)}</dd>
          </>
        )}
      </dl>
      <Summary report={report} scale={scale} />
      <DayTable report={report} scale={scale} />
      <Footnotes report={report} />
      <footer class="aw-signatures">
        <p class="aw-place">{t('air-water.sheet.placeDate')}</p>
        <p>
          <strong>{t('air-water.sheet.author')}</strong>
          <br />
          <em>{t('air-water.sheet.sign')}</em>
        </p>
        <p>
          <strong>{t('air-water.sheet.head')}</strong>
          <br />
          <em>{t('air-water.sheet.stamp')}</em>
        </p>
      </footer>
    </article>
  );
}

const number = (value: number, parameter: string): string => formatNumber(value, parameter, language.value);
const percent = (share: number | null): string => (share === null ? '–' : number(100 * share, 'pm2_5'));

function Summary({ report: { rows, medium }, scale }: { report: StationReport; scale: Scale }) {
  const best = medium.worst === 'high' ? scale : scale.toReversed();
  const counts = best.flatMap(({ name, from, to }) => {
    const count = rows.filter(({ index }) => index !== null && index >= from && index <= to).length;
    return count === 0 ? [] : [t('air-water.sheet.count', { name: local(name), n: count })];
  });
  const withheld = rows.filter(({ index, note }) => index === null && note !== null).length;
  const absent = rows.filter(({ index, note }) => index === null && note === null).length;
  if (withheld > 0) counts.push(t('air-water.sheet.countNone', { n: withheld }));
  if (absent > 0) counts.push(t('air-water.sheet.countAbsent', { n: absent }));
  const exceeded = new Map<string, number>();
  for (const row of rows)
    for (const { parameter, count } of row.exceeded ?? [])
      exceeded.set(parameter, (exceeded.get(parameter) ?? 0) + count);
  const share = completenessOfMonth(rows);
  return (
    <ul class="aw-sheet-summary">
      <li>
        {t(`air-water.sheet.index.${medium.id}`)}: {counts.join('; ')}.
      </li>
      {medium.id === 'air' && (
        <li>
          {t('air-water.sheet.exceeded')}:{' '}
          {exceeded.size === 0
            ? t('air-water.sheet.noneExceeded')
            : Array.from(exceeded, ([parameter, count]) =>
                t(parameter.endsWith('_24h') ? 'air-water.sheet.timesDays' : 'air-water.sheet.times', {
                  name: pollutantName(parameter, language.value),
                  n: count,
                }),
              ).join('; ')}
          .
        </li>
      )}
      <li>
        {t('air-water.sheet.complete')}: {share === null ? '–' : `${percent(share)} %`}.
      </li>
    </ul>
  );
}

function DayTable({ report: { columns, rows, medium }, scale }: { report: StationReport; scale: Scale }) {
  const isAir = medium.id === 'air';
  return (
    <table class="aw-sheet-table">
      <caption class="unseen">{t('air-water.sheet.table')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('air-water.sheet.day')}</th>
          {columns.map((column) => (
            <th key={column.parameter} scope="col">
              {headOf(column)}
            </th>
          ))}
          <th scope="col">{t(`air-water.sheet.indexShort.${medium.id}`)}</th>
          {isAir && <th scope="col">{t('air-water.sheet.dominant')}</th>}
          {isAir && <th scope="col">{t('air-water.sheet.above')}</th>}
          <th scope="col">{t('air-water.sheet.du')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={row.day} {...{ row, columns, scale, isAir }} />
        ))}
      </tbody>
      <tfoot>
        {(['mean', 'high', ...(isAir ? [] : (['low'] as const))] as const).map((kind) => (
          <tr key={kind}>
            <th scope="row">{t(`air-water.sheet.of.${kind}`)}</th>
            {columns.map((column, at) => {
              const value = columnSummary(rows, at, column)?.[kind] ?? null;
              return <td key={column.parameter}>{value === null ? '–' : number(value, column.parameter)}</td>;
            })}
            <td colSpan={isAir ? 4 : 2} />
          </tr>
        ))}
      </tfoot>
    </table>
  );
}

/** Name, averaging time and what of the day, a line each: fourteen columns stand beside each other. */
function headOf({ parameter, unit, part }: Column) {
  const [name, time] = pollutantName(parameter, language.value).split('\u00a0(');
  const label = unitLabel(unit, language.value);
  const more = [
    time?.slice(0, -1) ?? '',
    part === 'high' ? t('air-water.sheet.max') : '',
    // Said once, in the notes.
    label === 'µg/m³' ? '' : label,
  ].filter((text) => text !== '');
  return (
    <>
      {name}
      {more.map((text) => (
        <span key={text} class="aw-sheet-unit">
          {text}
        </span>
      ))}
    </>
  );
}

/** Above the limit: how many of the day's means, where it has several. */
const mark = ({ count, of }: Exceeded): string => (of === 1 ? '*' : `*${count}`);

interface RowProps {
  readonly row: ReportRow;
  readonly columns: readonly Column[];
  readonly scale: Scale;
  readonly isAir: boolean;
}

function Row({ row, columns, scale, isAir }: RowProps) {
  const step = row.index === null ? null : stepOf(scale, row.index);
  return (
    <tr>
      <th scope="row">{shortDay(row.day)}</th>
      {columns.map(({ parameter }, at) => {
        const value = row.cells[at]?.value ?? null;
        const above = row.exceeded?.find((one) => one.parameter === parameter);
        return (
          <td key={parameter} class={above === undefined ? undefined : 'is-above'}>
            {value === null ? '–' : `${number(value, parameter)}${above === undefined ? '' : mark(above)}`}
          </td>
        );
      })}
      <td class="aw-sheet-index">
        {row.index === null || step === null ? (
          t(row.note === null ? 'air-water.noData' : 'air-water.unpublishedShort')
        ) : (
          <>
            <span class="aw-mark" style={{ background: step.colour }} aria-hidden="true" />
            <b>{row.index}</b> {local(step.name)}
          </>
        )}
      </td>
      {isAir && (
        <td class="aw-sheet-left">
          {row.dominant === null ? '–' : pollutantName(row.dominant, language.value)}
        </td>
      )}
      {isAir && <td>{row.exceeded?.reduce((sum, { count }) => sum + count, 0) ?? '–'}</td>}
      <td>{percent(row.quality?.du ?? null)}</td>
    </tr>
  );
}

function Footnotes({ report: { medium, rows } }: { report: StationReport }) {
  const notes = new Set(
    rows.flatMap(({ note, index }) => (note === null || index === null ? [] : [local(note)])),
  );
  return (
    <ol class="aw-sheet-notes">
      <li>{t(`air-water.sheet.note.index.${medium.id}`)}</li>
      <li>{t(`air-water.sheet.note.means.${medium.id}`)}</li>
      {Array.from(notes, (note) => (
        <li key={note}>{t('air-water.sheet.note.label', { note })}</li>
      ))}
      <li>{t('air-water.sheet.note.complete')}</li>
      <li>{t('air-water.sheet.note.made', { day: longDay(dayOf(now.peek())) })}</li>
    </ol>
  );
}
