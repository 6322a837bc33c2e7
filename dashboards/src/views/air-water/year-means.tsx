/** Means of the last 365 days against the limits that QCVN 05 sets for a year; of too few days they are shown and not judged. */
import { formatNumber } from '../../format.ts';
import { language, local, t } from '../../i18n.ts';
import { inChosenArea } from '../../parts/area-choice.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Shown } from '../../parts/shown.tsx';
import { valueText } from '../../parts/value.tsx';
import { hrefOf } from '../../route.ts';
import { stations } from '../../state.ts';
import { useAnswer } from '../../use-answer.ts';
import { yearMeans } from './calls.ts';
import { longDay } from './days.ts';
import { Judged } from './derivation.tsx';
import { pollutantName } from './names.ts';
import { type YearRow, yearTable } from './year-rows.ts';

/** `to`: the last of the days, 2026-03-05. */
export function YearMeans({ to }: { to: string }) {
  const asked = useAnswer((signal) => yearMeans(to, signal), [to]);
  return (
    <Shown asked={asked} lines={3}>
      {(answer) => {
        const { judged, incomplete } = yearTable(answer.stations, stations.value, inChosenArea);
        if (judged.length + incomplete.length === 0) return null;
        return (
          <section class="section aw-year">
            <div class="section-head">
              <h3>{t('air-water.year')}</h3>
            </div>
            <p>{t('air-water.yearText', { to: longDay(to), needed: answer.needed })}</p>
            {judged.length > 0 && <Table rows={judged} of={answer.of} />}
            {incomplete.length > 0 && (
              <details class="aw-below">
                <summary>{t('air-water.yearIncomplete', { n: incomplete.length })}</summary>
                <Table rows={incomplete} of={answer.of} />
              </details>
            )}
          </section>
        );
      }}
    </Shown>
  );
}

function Table({ rows, of }: { rows: readonly YearRow[]; of: number }) {
  return (
    <div class="table-box">
      <table class="table aw-year-means">
        <thead>
          <tr>
            <th scope="col">{t('air-water.station')}</th>
            <th scope="col">{t('air-water.quantity')}</th>
            <th scope="col">{t('air-water.limit')}</th>
            <th scope="col" class="number">
              {t('air-water.mean')}
            </th>
            <th scope="col" class="number">
              {t('air-water.yearDays')}
            </th>
            <th scope="col">{t('air-water.judged')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={`${row.station.id} ${row.parameter}`} row={row} of={of} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ row, of }: { row: YearRow; of: number }) {
  const { station, parameter, unit, mean, days, limit, exceeded } = row;
  const name = local(station.name);
  const share = formatNumber((100 * days) / of, 'co_1h', language.value);
  return (
    <tr>
      <th scope="row">
        <a class="aw-table-link" href={hrefOf('air-water', ['air', station.id])} dir="auto" title={name}>
          {name}
        </a>
      </th>
      <td data-label={t('air-water.quantity')}>
        {pollutantName(parameter.replace(/_24h$/, ''), language.value)}
      </td>
      <td data-label={t('air-water.limit')}>≤&nbsp;{valueText(limit.value, 'co_1h', unit)}</td>
      <td class="number" data-label={t('air-water.mean')}>
        {valueText(mean, parameter, unit)}
      </td>
      <td class="number" data-label={t('air-water.yearDays')}>
        {t('air-water.haveOf', { have: days, of, share })}
      </td>
      <td data-label={t('air-water.judged')}>
        {exceeded === null ? (
          <span class="tag">
            <Icon name="missing" size={14} />
            {t('air-water.yearTooFew')}
          </span>
        ) : (
          <Judged exceeded={exceeded} />
        )}
      </td>
    </tr>
  );
}
