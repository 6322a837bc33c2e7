/** The points of the chart as a table, for those who read rather than look. */
import { useState } from 'preact/hooks';
import type { RangeSeries } from '../../chart/range-data.ts';
import type { View } from '../../chart/view.ts';
import { parameterName } from '../../format.ts';
import { language, t } from '../../i18n.ts';
import { Value } from '../../parts/value.tsx';
import type { Parameter } from './calls.ts';
import { momentText, PointFlag } from './readout.tsx';
import { TableBox } from './table-box.tsx';

/** More than that nobody reads: the file has all. */
const MOST = 200;

interface PointTableProps {
  readonly parameters: readonly Parameter[];
  readonly series: readonly RangeSeries[];
  readonly view: View;
}

export function PointTable({ parameters, series, view }: PointTableProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="explorer-points" open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('chart.asTable')}</summary>
      {isOpen &&
        parameters.map((parameter, index) => (
          <Points key={parameter.id} parameter={parameter} series={series[index]} view={view} />
        ))}
    </details>
  );
}

function Points({
  parameter,
  series,
  view,
}: {
  parameter: Parameter;
  series: RangeSeries | undefined;
  view: View;
}) {
  const seen = (series?.points ?? []).filter(([at]) => at >= view.from && at <= view.to);
  const shown = seen.slice(-MOST).reverse();
  return (
    <TableBox label={parameterName(parameter.id, language.value)}>
      <table class="table">
        <caption>
          {parameterName(parameter.id, language.value)}
          {seen.length > MOST && ` · ${t('chart.newest', { n: MOST, of: seen.length })}`}
        </caption>
        <thead>
          <tr>
            <th scope="col">{t('chart.time')}</th>
            <th scope="col" class="number">
              {t('chart.value')}
            </th>
            <th scope="col">{t('chart.quality')}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((point) => (
            <tr key={point[0]}>
              <td>{momentText(point[0], series?.everyS ?? null)}</td>
              <td class="number">
                <Value value={point[1]} parameter={parameter.id} unit={parameter.unit} />
              </td>
              <td>
                <PointFlag point={point} everyS={series?.everyS ?? null} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </TableBox>
  );
}
