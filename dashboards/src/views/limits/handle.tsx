/** One value of a limit as a line over the chart: dragged, or moved with the arrow keys. */
import type { Signal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { t } from '../../i18n.ts';
import type { Limit } from './calls.ts';
import { stepOf } from './draft.ts';
import type { LimitPlot } from './limit-plot.ts';
import { exactWithUnit } from './number.ts';
import type { Threshold } from './thresholds.ts';

interface HandleProps {
  readonly threshold: Threshold;
  readonly parameter: Limit['parameter'];
  readonly plot: LimitPlot;
  readonly area: ReturnType<LimitPlot['box']>;
  readonly dragging: Signal<string | null>;
  readonly move: (field: string, value: number) => void;
}

const KEYS: Readonly<Record<string, number>> = {
  ArrowUp: 1,
  ArrowRight: 1,
  ArrowDown: -1,
  ArrowLeft: -1,
  PageUp: 10,
  PageDown: -10,
};

export function Handle({ threshold, parameter, plot, area, dragging, move }: HandleProps) {
  const { field, value, kind } = threshold;
  const grabbed = useRef(0);
  const step = stepOf(parameter);
  const rounded = (raw: number): number => Number((Math.round(raw / step) * step).toFixed(6));
  const top = plot.yOf(value);
  const end = (): void => {
    dragging.value = null;
  };
  return (
    <div
      class={`limit-handle is-${kind}`}
      style={{ top: `${top}px`, left: `${area.left}px`, width: `${area.width}px` }}
    >
      <button
        type="button"
        role="slider"
        aria-orientation="vertical"
        aria-label={t(`limits.field.${field}` as 'limits.field.raise')}
        aria-valuemin={rounded(plot.valueAt(area.top + area.height))}
        aria-valuemax={rounded(plot.valueAt(area.top))}
        aria-valuenow={value}
        aria-valuetext={exactWithUnit(value, parameter)}
        onKeyDown={(event) => {
          const by = KEYS[event.key];
          if (by === undefined) return;
          event.preventDefault();
          move(field, rounded(value + by * step));
        }}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          grabbed.current = event.clientY - top;
          dragging.value = field;
        }}
        onPointerMove={(event) => {
          if (dragging.peek() !== field) return;
          const y = Math.min(Math.max(event.clientY - grabbed.current, area.top), area.top + area.height);
          move(field, rounded(plot.valueAt(y)));
        }}
        onPointerUp={end}
        onPointerCancel={end}
      >
        {t(kind === 'raise' ? 'limits.chart.raise' : 'limits.chart.clear', {
          value: exactWithUnit(value, parameter),
        })}
      </button>
    </div>
  );
}
