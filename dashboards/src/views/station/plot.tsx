/** The drawn chart, which a hand, a wheel, fingers and keys move. */
import { useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { followHand } from '../../chart/hand.ts';
import { createRangePlot, type Drawn, type RangePlot } from '../../chart/range-plot.ts';
import { move, spanOfView, type View, zoomAt } from '../../chart/view.ts';
import { currentTime } from '../../clock.ts';
import { language, t } from '../../i18n.ts';
import { scheme } from '../../theme.ts';
import type { Range } from './use-range.ts';

/** For the browser's own tools: from the data to the drawn chart. */
export const DRAWN = 'quantrac.chart';

interface PlotProps {
  readonly drawn: readonly Drawn[];
  readonly range: Range;
  readonly label: string;
  readonly height: number;
  readonly hover: (at: number | null) => void;
  readonly reset: () => void;
}

export function Plot({ drawn, range, label, height, hover, reset }: PlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<RangePlot | null>(null);
  const newest = useRef({ drawn, reset });
  newest.current = { drawn, reset };
  const shape = drawn.map(({ parameter }) => parameter).join(' ');

  const draw = (): void => {
    const begun = performance.now();
    plot.current?.draw(newest.current.drawn, range.view.peek());
    // uPlot draws at the end of the present task.
    queueMicrotask(() => {
      performance.clearMeasures(DRAWN);
      performance.measure(DRAWN, { start: begun });
    });
  };

  useEffect(() => {
    const ending = new AbortController();
    if (!box.current) return;
    const made = createRangePlot(box.current, { language: language.value, height, hover });
    plot.current = made;
    draw();
    followHand(
      made.over,
      {
        view: range.view.peek.bind(range.view),
        atPixel: made.atPixel,
        now: currentTime,
        change: range.move,
        reset: () => newest.current.reset(),
      },
      ending.signal,
    );
    return () => {
      ending.abort();
      made.remove();
      plot.current = null;
    };
  }, [scheme.value, language.value, shape, height]);

  useEffect(draw, [drawn]);

  useSignalEffect(() => {
    plot.current?.show(range.view.value);
  });

  const keys: Readonly<Record<string, (view: View) => View>> = {
    '+': (view) => zoomAt(view, (view.from + view.to) / 2, 0.5, currentTime()),
    '=': (view) => zoomAt(view, (view.from + view.to) / 2, 0.5, currentTime()),
    '-': (view) => zoomAt(view, (view.from + view.to) / 2, 2, currentTime()),
    PageUp: (view) => move(view, -0.5, currentTime()),
    PageDown: (view) => move(view, 0.5, currentTime()),
    End: (view) => ({ from: currentTime() - spanOfView(view), to: currentTime() }),
  };
  const press = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      event.preventDefault();
      const by = event.key === 'ArrowRight' ? 1 : -1;
      if (event.shiftKey) range.move(move(range.view.peek(), by / 4, currentTime()));
      else plot.current?.step(by);
      return;
    }
    const change = keys[event.key];
    if (!change) return;
    event.preventDefault();
    range.move(change(range.view.peek()));
  };

  return (
    <div
      class="range-plot"
      ref={box}
      // A screen reader lets the keys through to it.
      role="application"
      aria-roledescription={t('chart.kind')}
      aria-label={label}
      aria-describedby="chart-keys"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: its keys move it
      tabIndex={0}
      onKeyDown={press}
      style={{ height: `${height}px` }}
    />
  );
}
