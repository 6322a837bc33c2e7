/** The course of one parameter or two over any time: what is chosen, the chart, its key, the same as a table and as a file. */
import { useSignal } from '@preact/signals';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { missingIn } from '../../chart/range-data.ts';
import type { Drawn } from '../../chart/range-plot.ts';
import { move, SPAN_IDS, type Span, spanOfView, zoomAt } from '../../chart/view.ts';
import { currentTime } from '../../clock.ts';
import { formatDate, formatHour, parameterName } from '../../format.ts';
import { language, t } from '../../i18n.ts';
import { Choice } from '../../parts/choice.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Skeleton } from '../../parts/notices.tsx';
import { Fault } from '../../parts/shown.tsx';
import { choose, type Query } from '../../route.ts';
import type { Limit, Parameter } from './calls.ts';
import { Files } from './files.tsx';
import { namedBands } from './limit-text.ts';
import { Plot } from './plot.tsx';
import { PointTable } from './point-table.tsx';
import { RangeKey } from './range-key.tsx';
import { spanNamed } from './range-query.ts';
import { Readout } from './readout.tsx';
import { useRange } from './use-range.ts';
import './explorer.css';

interface ExplorerProps {
  readonly station: string;
  readonly parameters: readonly Parameter[];
  /** First the one on the left axis; one or two. */
  readonly chosen: readonly Parameter[];
  readonly limits: readonly Limit[];
  readonly standards: ReadonlyMap<string, number>;
  readonly query: Query;
  readonly height: number;
}

export function Explorer({ station, parameters, chosen, limits, standards, query, height }: ExplorerProps) {
  const box = useRef<HTMLElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => setWidth(box.current?.clientWidth ?? 0), []);
  const range = useRange(station, chosen, query, width);
  const at = useSignal<number | null>(null);
  const answer = range.asked.answer.value;
  const series = range.series.value;
  const [main, second] = chosen;
  const view = range.view.value;

  const late = range.late.value;
  // Gaps are those of all that was fetched: moving the view redraws nothing.
  const drawn = useMemo(
    (): readonly Drawn[] =>
      (series ?? []).flatMap((own, index) => {
        const parameter = chosen[index];
        if (!parameter) return [];
        const { id, unit, period_s } = parameter;
        const gaps = missingIn(own, period_s, own, currentTime());
        return [
          {
            parameter: id,
            unit,
            series: own,
            gaps,
            late: late[index] ?? [],
            bands: namedBands(limits, parameter, standards.get(id) ?? null),
          },
        ];
      }),
    [series, late, limits, standards, language.value],
  );

  const reset = (): void => choose({ span: spanNamed(range.wanted) ?? '24h', from: '', to: '' });
  const label = t('chart.labelRange', {
    parameter: chosen.map(({ id }) => parameterName(id, language.value)).join(', '),
    from: momentOf(view.from),
    to: momentOf(view.to),
  });
  const isEmpty = series?.every(({ points }) => points.length === 0) ?? false;
  const time = currentTime();

  return (
    <section class="explorer" ref={box} aria-label={t('chart.title')}>
      <div class="explorer-head">
        <Pick
          label={t('chart.parameter')}
          value={main?.id ?? ''}
          options={parameters}
          pick={(p) => choose({ p, q: p === second?.id ? '' : (query.q ?? '') })}
        />
        <Pick
          label={t('chart.with')}
          value={second?.id ?? ''}
          none={t('chart.alone')}
          options={parameters.filter(({ id }) => id !== main?.id)}
          pick={(q) => choose({ q })}
        />
        <Choice<Span | ''>
          label={t('chart.span')}
          options={SPAN_IDS.map((value) => ({ value, name: t(`chart.span.${value}`) }))}
          value={spanNamed(range.wanted) ?? ''}
          choose={(span) => choose({ span, from: '', to: '' })}
        />
      </div>
      <div class="explorer-bar">
        <p class="explorer-when">
          {momentOf(view.from)} – {range.wanted.kind === 'fixed' ? momentOf(view.to) : t('chart.now')}
          {answer.kind === 'loading' && series !== null && (
            <span class="explorer-busy"> · {t('app.loading')}</span>
          )}
        </p>
        <div class="explorer-tools">
          <Tool icon="back" label={t('chart.earlier')} press={() => range.move(move(view, -0.5, time))} />
          <Tool icon="next" label={t('chart.later')} press={() => range.move(move(view, 0.5, time))} />
          <Tool
            icon="minus"
            label={t('chart.wider')}
            press={() => range.move(zoomAt(view, (view.from + view.to) / 2, 2, time))}
          />
          <Tool
            icon="plus"
            label={t('chart.closer')}
            press={() => range.move(zoomAt(view, (view.from + view.to) / 2, 0.5, time))}
          />
          <button
            type="button"
            class="button"
            disabled={range.wanted.kind !== 'fixed'}
            onClick={() => choose({ span: String(Math.round(spanOfView(view))), from: '', to: '' })}
          >
            {t('chart.toNow')}
          </button>
        </div>
      </div>
      {series && <Readout parameters={chosen} series={series} view={view} at={at.value} />}
      {series === null && answer.kind === 'failed' && (
        <Fault fault={answer.fault} again={range.asked.again} />
      )}
      {series === null && answer.kind !== 'failed' && (
        <div style={{ minHeight: `${height}px` }}>
          <Skeleton lines={6} />
        </div>
      )}
      {series !== null && (
        <div class="explorer-plot">
          <Plot
            drawn={drawn}
            range={range}
            label={label}
            height={height}
            reset={reset}
            hover={(moment) => {
              at.value = moment;
            }}
          />
          {isEmpty && <p class="explorer-empty">{t('chart.emptyRange')}</p>}
        </div>
      )}
      <p id="chart-keys" class="unseen">
        {t('chart.keys')}
      </p>
      {series !== null && (
        <>
          <RangeKey drawn={drawn} view={view} />
          {answer.kind === 'failed' && <Fault fault={answer.fault} again={range.asked.again} />}
          <div class="explorer-foot">
            <PointTable parameters={chosen} series={series} view={view} />
            <Files
              station={station}
              parameters={chosen}
              view={{ from: view.from, to: Math.min(view.to, time) }}
            />
          </div>
        </>
      )}
    </section>
  );
}

const momentOf = (at: number): string => `${formatHour(at, language.value)} ${formatDate(at)}`;

interface PickProps {
  readonly label: string;
  readonly value: string;
  readonly none?: string;
  readonly options: readonly Parameter[];
  readonly pick: (parameter: string) => void;
}

function Pick({ label, value, none, options, pick }: PickProps) {
  return (
    <label class="station-pick">
      <span>{label}</span>
      <select value={value} onChange={(event) => pick(event.currentTarget.value)}>
        {none !== undefined && <option value="">{none}</option>}
        {options.map(({ id }) => (
          <option key={id} value={id}>
            {parameterName(id, language.value)}
          </option>
        ))}
      </select>
    </label>
  );
}

function Tool({
  icon,
  label,
  press,
}: {
  icon: 'back' | 'next' | 'plus' | 'minus';
  label: string;
  press: () => void;
}) {
  return (
    <button type="button" class="button-icon" aria-label={label} title={label} onClick={press}>
      <Icon name={icon} size={18} />
    </button>
  );
}
