/** Which limits of QCVN 05 and QCVN 08 were not met: of air by means over their own averaging time, of water by samples. */
import { DAY_MS, dayOf, HOUR_MS } from '../../../../devices/local-time.ts';
import type { StationAnswer } from '../../../../devices/wire/api.ts';
import { now } from '../../clock.ts';
import { formatNumber, unitLabel } from '../../format.ts';
import { language, local, t } from '../../i18n.ts';
import { inChosenArea } from '../../parts/area-choice.tsx';
import { Choice } from '../../parts/choice.tsx';
import { Notice } from '../../parts/notices.tsx';
import { Shown } from '../../parts/shown.tsx';
import { valueText } from '../../parts/value.tsx';
import { choose, hrefOf, type Query } from '../../route.ts';
import { stations } from '../../state.ts';
import { useAnswer } from '../../use-answer.ts';
import { exact } from '../limits/number.ts';
import { exceedances } from './calls.ts';
import { lastDays, longDay } from './days.ts';
import { type ExceedanceRow, exceedanceTable } from './exceedance-rows.ts';
import { pollutantName } from './names.ts';
import { hourSpan } from './times.ts';
import { YearMeans } from './year-means.tsx';

const SPANS = ['7', '30', '90'] as const;
type Span = (typeof SPANS)[number];

export function Exceedances({ query }: { query: Query }) {
  const span: Span = SPANS.find((one) => one === query.days) ?? '30';
  const days = lastDays(now.value, Number(span));
  const asked = useAnswer((signal) => exceedances(days, signal), [days[0], days.length]);
  const [first = ''] = days;
  return (
    <>
      <div class="aw-tools">
        <Choice
          label={t('air-water.span')}
          options={SPANS.map((value) => ({ value, name: t('air-water.spanDays', { n: value }) }))}
          value={span}
          choose={(value) => choose({ days: value })}
        />
        <p class="aw-footnote">
          {t('air-water.fromTo', { from: longDay(first), to: longDay(days.at(-1) ?? '') })}
        </p>
      </div>
      <Shown asked={asked} lines={8}>
        {(answered) => {
          const { exceeded, met, unclassed } = exceedanceTable(answered, stations.value, inChosenArea);
          return (
            <>
              {exceeded.length > 0 ? (
                <Table rows={exceeded} />
              ) : (
                <Notice
                  icon={met.length > 0 ? 'ok' : 'missing'}
                  title={t(met.length > 0 ? 'air-water.noneAbove' : 'air-water.noneJudged')}
                  text={t(met.length > 0 ? 'air-water.noneAboveText' : 'air-water.noneJudgedText')}
                />
              )}
              {met.length > 0 && (
                <details class="aw-below">
                  <summary>{t('air-water.below', { n: met.length })}</summary>
                  <Table rows={met} />
                </details>
              )}
              {unclassed.length > 0 && <Unclassed of={unclassed} />}
              <p class="aw-footnote">{t('air-water.aboutLimits')}</p>
              <p class="aw-footnote">{t('air-water.aboutClasses')}</p>
              <YearMeans to={days.at(-1) ?? ''} />
            </>
          );
        }}
      </Shown>
    </>
  );
}

/** Few are named at once, many when somebody wants to know. */
const FEW = 8;

function Unclassed({ of }: { of: readonly StationAnswer[] }) {
  return (
    <section class="section aw-unclassed">
      <div class="section-head">
        <h3>{t('air-water.unclassed')}</h3>
      </div>
      <p>{t('air-water.unclassedText')}</p>
      <details class="aw-below" open={of.length <= FEW}>
        <summary>{t('air-water.unclassedCount', { n: of.length })}</summary>
        <ul class="aw-unclassed-list">
          {of.map(({ id, name }) => (
            <li key={id}>
              <a href={hrefOf('limits', [id])} dir="auto" title={local(name)}>
                <span class="aw-table-link">{local(name)}</span>
              </a>
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}

function Table({ rows }: { rows: readonly ExceedanceRow[] }) {
  return (
    <div class="table-box">
      <table class="table aw-exceedances">
        <thead>
          <tr>
            <th scope="col">{t('air-water.station')}</th>
            <th scope="col">{t('air-water.quantity')}</th>
            <th scope="col">{t('air-water.limit')}</th>
            <th scope="col" class="number">
              {t('air-water.above')}
            </th>
            <th scope="col" class="number">
              {t('air-water.daysAbove')}
            </th>
            <th scope="col" class="number">
              {t('air-water.worst')}
            </th>
            <th scope="col">{t('air-water.when')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row
              key={`${row.station.id} ${row.parameter} ${limitText(row)} ${row.limit.clause.vi}`}
              row={row}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** `≤ 45 µg/m³`, `≥ 5 mg/L`: what meets it. */
function limitText({ side, limit, unit }: ExceedanceRow): string {
  const sign = side === 'above' ? '≤' : '≥';
  return `${sign}\u00a0${exact(limit.value)} ${unitLabel(unit, language.value)}`.trimEnd();
}

/** Without its issuer: below the table each standard stands with its whole name. */
const clauseText = ({ limit }: ExceedanceRow): string => local(limit.clause).replace('/BTNMT', '');

/** Where one sees how the worst value came about: the derivation of a mean, the chart around a sample. */
function linkOf({ station, parameter, by, worst_at }: ExceedanceRow): string {
  if (by === 'mean')
    return hrefOf('air-water', ['air', station.id], {
      ...{ at: String(worst_at), of: isOfDay(parameter) ? 'day' : 'hour' },
    });
  const middle = worst_at - HOUR_MS / 2;
  return hrefOf('station', [station.id, 'charts'], {
    ...{ p: parameter, from: String(middle - DAY_MS / 2), to: String(middle + DAY_MS / 2) },
  });
}

const isOfDay = (parameter: string): boolean => parameter.endsWith('_24h');

function Row({ row }: { row: ExceedanceRow }) {
  const { station, parameter, unit, exceeded, of, days, worst, worst_at } = row;
  const isDay = isOfDay(parameter);
  const name = local(station.name);
  const share = of === 0 ? 0 : (100 * exceeded) / of;
  return (
    <tr>
      <th scope="row">
        <a class="aw-table-link" href={linkOf(row)} dir="auto" title={name}>
          {name}
        </a>
      </th>
      <td data-label={t('air-water.quantity')}>{pollutantName(parameter, language.value)}</td>
      <td data-label={t('air-water.limit')}>
        {limitText(row)}
        <span class="aw-clause">{clauseText(row)}</span>
      </td>
      <td class="number" data-label={t('air-water.above')}>
        <strong>{t(isDay ? 'air-water.ofDays' : 'air-water.ofMeans', { n: exceeded, of })}</strong>{' '}
        <span class="unit">{formatNumber(share, 'pm2_5', language.value)} %</span>
      </td>
      <td class="number" data-label={t('air-water.daysAbove')}>
        {days}
      </td>
      <td class="number" data-label={t('air-water.worst')}>
        {valueText(worst, parameter, unit)}
      </td>
      <td data-label={t('air-water.when')}>
        {isDay ? longDay(dayOf(worst_at - 1)) : hourSpan(worst_at, now.peek())}
      </td>
    </tr>
  );
}
