/** What a chart draws beside its line: gaps, flagged stretches by their own shapes, limits. */
import uPlot from 'uplot';
import type { LatestReading } from '../../../devices/wire/api.ts';
import type { Gap, Point } from '../series.ts';
import { token } from '../theme.ts';

type Level = NonNullable<LatestReading['level']>;
type Pen = CanvasRenderingContext2D;

export interface Limit {
  readonly value: number;
  readonly level: Level;
}

/** Pixels between two shapes of one flagged stretch: closer they would be a blot. */
const APART = 13;

/** Behind the line: where there is no data. */
export function drawGaps(plot: uPlot, gaps: readonly Gap[]): void {
  const { ctx: pen } = plot;
  const { top, height } = plot.bbox;
  const scale = uPlot.pxRatio;
  within(plot, () => {
    for (const { from, to } of gaps) {
      const left = plot.valToPos(from, 'x', true);
      const width = Math.max(plot.valToPos(to, 'x', true) - left, 2 * scale);
      pen.fillStyle = token('sunken');
      pen.fillRect(left, top, width, height);
      pen.fillStyle = token('line-strong');
      pen.fillRect(left, top + height - 3 * scale, width, 3 * scale);
    }
  });
}

/** Over the line: what is to be said about single points, and the limits in force. */
export function drawMarks(plot: uPlot, points: readonly Point[], limits: readonly Limit[]): void {
  const { ctx: pen } = plot;
  const { left, top, width, height } = plot.bbox;
  const scale = uPlot.pxRatio;
  within(plot, () => {
    for (const { value, level } of limits) {
      const y = plot.valToPos(value, 'y', true);
      pen.lineWidth = 1.6 * scale;
      pen.strokeStyle = token(`level-${level}`);
      pen.setLineDash([5 * scale, 4 * scale]);
      stroke(pen, () => line(pen, left, y, left + width, y));
    }
    pen.setLineDash([]);

    const colours = { 2: token('text-2'), 3: token('flag-3'), 4: token('flag-4') };
    const size = 3.8 * scale;
    const shapeAt: Record<number, number> = {};
    points.forEach(([at, value, flag], index) => {
      if (value === null || flag === 9) return;
      const x = plot.valToPos(at, 'x', true);
      const y = plot.valToPos(value, 'y', true);
      if (flag === 1) {
        // A point without neighbours is no line and would not be seen.
        if (alone(points, index)) dot(pen, x, y, scale);
        return;
      }
      pen.strokeStyle = colours[flag];
      const before = points[index - 1];
      if (flag !== 4 && before && before[1] !== null && before[2] === flag) {
        const [x0, y0] = [plot.valToPos(before[0], 'x', true), plot.valToPos(before[1], 'y', true)];
        pen.lineWidth = 2.4 * scale;
        stroke(pen, () => line(pen, x0, y0, x, y));
      }
      if (x - (shapeAt[flag] ?? Number.NEGATIVE_INFINITY) < APART * scale) return;
      shapeAt[flag] = x;
      pen.lineWidth = 1.6 * scale;
      pen.fillStyle = token('surface');
      // What is far outside the scale still shows, at its edge.
      shape(pen, flag, x, Math.min(Math.max(y, top + size * 1.4), top + height - size * 1.4), size);
    });
  });
}

function within(plot: uPlot, draw: () => void): void {
  const { left, top, width, height } = plot.bbox;
  plot.ctx.save();
  plot.ctx.beginPath();
  plot.ctx.rect(left, top, width, height);
  plot.ctx.clip();
  draw();
  plot.ctx.restore();
}

const alone = (points: readonly Point[], index: number): boolean => {
  const [before, after] = [points[index - 1], points[index + 1]];
  return (before === undefined || before[1] === null) && (after === undefined || after[1] === null);
};

/** Circle, triangle, cross: as the key below the chart has them. */
function shape(pen: Pen, flag: 2 | 3 | 4, x: number, y: number, size: number): void {
  pen.beginPath();
  if (flag === 2) {
    pen.arc(x, y, size * 0.8, 0, 2 * Math.PI);
  } else if (flag === 3) {
    pen.moveTo(x, y - size);
    pen.lineTo(x + size, y + size * 0.8);
    pen.lineTo(x - size, y + size * 0.8);
    pen.closePath();
  } else {
    line(pen, x - size, y - size, x + size, y + size);
    line(pen, x + size, y - size, x - size, y + size);
  }
  pen.fill();
  pen.stroke();
}

function stroke(pen: Pen, path: () => void): void {
  pen.beginPath();
  path();
  pen.stroke();
}

function line(pen: Pen, x1: number, y1: number, x2: number, y2: number): void {
  pen.moveTo(x1, y1);
  pen.lineTo(x2, y2);
}

function dot(pen: Pen, x: number, y: number, scale: number): void {
  pen.fillStyle = token('accent');
  pen.beginPath();
  pen.arc(x, y, 2.2 * scale, 0, 2 * Math.PI);
  pen.fill();
}
