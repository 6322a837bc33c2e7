/** Between the lowest and the highest value of each interval: what a mean hides. */
import type uPlot from 'uplot';
import { within } from './pen.ts';
import type { RangeSeries } from './range-data.ts';

interface EnvelopeStyle {
  readonly scale: string;
  readonly colour: string;
}

export function drawEnvelope(
  plot: uPlot,
  { points, low, high }: RangeSeries,
  { scale, colour }: EnvelopeStyle,
): void {
  if (low === null || high === null) return;
  within(plot, (pen) => {
    pen.globalAlpha = 0.2;
    pen.fillStyle = colour;
    let run: { x: number; low: number; high: number }[] = [];
    const close = (): void => {
      if (run.length > 1) {
        pen.beginPath();
        for (const { x, high: y } of run) pen.lineTo(x, plot.valToPos(y, scale, true));
        for (const { x, low: y } of run.toReversed()) pen.lineTo(x, plot.valToPos(y, scale, true));
        pen.fill();
      }
      run = [];
    };
    points.forEach(([at, value], index) => {
      const [lowest, highest] = [low[index] ?? null, high[index] ?? null];
      if (value === null || lowest === null || highest === null) close();
      else run.push({ x: plot.valToPos(at, 'x', true), low: lowest, high: highest });
    });
    close();
  });
}
