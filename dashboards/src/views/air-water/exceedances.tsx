/** Which means exceeded QCVN 05, each held against the limit of its own averaging time. */
import { dayOf } from '../../../../devices/local-time.ts';
import { now } from '../../clock.ts';
import { formatNumber } from '../../format.ts';
import { language, local, t } from '../../i18n.ts';
import { inChosenArea } from '../../parts/area-choice.tsx';
import { Choice } from '../../parts/choice.tsx';
import { Notice } from '../../parts/notices.tsx';
import { Shown } from '../../parts/shown.tsx';
import { valueText } from '../../parts/value.tsx';
import { choose, hrefOf, type Query } from '../../route.ts';
import { stations } from '../../state.ts';
import { useAnswer } from '../../use-answer.ts';
import { exceedances } from './calls.ts';
import { lastDays, longDay } from './days.ts';
import { type ExceedanceRow, exceedanceTable } from './exceedance-rows.ts';
import { pollutantName } from './names.ts';
import { hourSpan } from './times.ts';

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
        {(answer) => {
          const { above, below } = exceedanceTable(answer, stations.value, inChosenArea);
          return (
            <>
              {above.length > 0 ? (
                <Table rows={above} />
              ) : (
                <Notice
                  icon={below.length > 0 ? 'ok' : 'missing'}
                  title={t(below.length > 0 ? 'air-water.noneAbove' : 'air-water.noneJudged')}
                  text={t(below.length > 0 ? 'air-water.noneAboveText' : 'air-water.noneJudgedText')}
                />
              )}
              {below.length > 0 && (
                <details class="aw-below">
                  <summary>{t('air-water.below', { n: below.length })}</summary>
                  <Table rows={below} />
                </details>
              )}
              <p class="aw-footnote">{t('air-water.aboutLimits')}</p>
            </>
          );
        }}
      </Shown>
    </>
  );
}

function Table({ rows }: { rows: readonly ExceedanceRow[] }) {
  return (
    <div class="table-box">
      <table class="table aw-exceedances">
        <thead>
          <tr>
            <th scope="col">{t('air-water.station')}</th>
            <th scope="col">{t('air-water.mean')}</th>
            <th scope="col" class="number">
              {t('air-water.limit')}
            </th>
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
            <Row key={`${row.station.id} ${row.parameter} ${row.limit.value}`} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ row }: { row: ExceedanceRow }) {
  const { station, parameter, unit, limit, exceeded, of, days, high, high_at } = row;
  const isDay = parameter.endsWith('_24h');
  const name = local(station.name);
  const link = hrefOf('air-water', ['air', station.id], { at: String(high_at), of: isDay ? 'day' : 'hour' });
  const share = of === 0 ? 0 : (100 * exceeded) / of;
  return (
    <tr>
      <th scope="row">
        <a class="aw-table-link" href={link} dir="auto" title={name}>
          {name}
        </a>
      </th>
      <td data-label={t('air-water.mean')}>{pollutantName(parameter, language.value)}</td>
      <td class="number" data-label={t('air-water.limit')}>
        {valueText(limit.value, 'co_1h', unit)}
      </td>
      <td class="number" data-label={t('air-water.above')}>
        <strong>{t(isDay ? 'air-water.ofDays' : 'air-water.ofMeans', { n: exceeded, of })}</strong>{' '}
        <span class="unit">{formatNumber(share, 'pm2_5', language.value)} %</span>
      </td>
      <td class="number" data-label={t('air-water.daysAbove')}>
        {days}
      </td>
      <td class="number" data-label={t('air-water.worst')}>
        {valueText(high, parameter, unit)}
      </td>
      <td data-label={t('air-water.when')}>
        {isDay ? longDay(dayOf(high_at - 1)) : hourSpan(high_at, now.peek())}
      </td>
    </tr>
  );
}
