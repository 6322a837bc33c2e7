/** What a chart draws beside its line: gaps, late parts, flagged stretches by their own shapes, limits. */
import uPlot from 'uplot';
import type { LatestReading } from '../../../devices/wire/api.ts';
import type { Gap, Point } from '../series.ts';
import { token } from '../theme.ts';
import { type Box, hatch, line, type Pen, stroke, within } from './pen.ts';

type Level = NonNullable<LatestReading['level']>;

export interface Limit {
  readonly value: number;
  readonly level: Level;
}

/** Pixels between two shapes of one flagged stretch: closer they would be a blot. */
const APART = 13;

/** Of what is in sight of a stretch of time; null: nothing. */
function boxOf(plot: uPlot, { from, to }: Gap): Box | null {
  const { left: first, top, width, height } = plot.bbox;
  const left = Math.max(plot.valToPos(from, 'x', true), first);
  const right = Math.min(Math.max(plot.valToPos(to, 'x', true), left + 2 * uPlot.pxRatio), first + width);
  return left < right ? { left, top, width: right - left, height } : null;
}

/** Behind the line: where there is no data. */
export function drawGaps(plot: uPlot, gaps: readonly Gap[]): void {
  const scale = uPlot.pxRatio;
  within(plot, (pen) => {
    for (const gap of gaps) {
      const box = boxOf(plot, gap);
      if (box === null) continue;
      pen.fillStyle = token('sunken');
      pen.fillRect(box.left, box.top, box.width, box.height);
      hatch(pen, box, token('line'), 'left');
      pen.fillStyle = token('line-strong');
      pen.fillRect(box.left, box.top + box.height - 3 * scale, box.width, 3 * scale);
    }
  });
}

/** Behind the line: where nobody could have known the values in time. */
export function drawLate(plot: uPlot, spans: readonly Gap[]): void {
  const scale = uPlot.pxRatio;
  within(plot, (pen) => {
    for (const span of spans) {
      const box = boxOf(plot, span);
      if (box === null) continue;
      pen.globalAlpha = 0.28;
      hatch(pen, box, token('mark-notice'), 'right');
      pen.globalAlpha = 1;
      pen.fillStyle = token('mark-notice');
      pen.fillRect(box.left, box.top, box.width, 3 * scale);
    }
  });
}

/** Over the line: the limits that are crossed. */
export function drawLimits(plot: uPlot, limits: readonly Limit[]): void {
  const { left, width } = plot.bbox;
  const scale = uPlot.pxRatio;
  within(plot, (pen) => {
    pen.setLineDash([5 * scale, 4 * scale]);
    for (const { value, level } of limits) {
      const y = plot.valToPos(value, 'y', true);
      pen.lineWidth = 1.6 * scale;
      pen.strokeStyle = token(`level-${level}`);
      stroke(pen, () => line(pen, left, y, left + width, y));
    }
  });
}

/** Over the line: what is to be said about single points. */
export function drawFlags(
  plot: uPlot,
  points: readonly Point[],
  yScale = 'y',
  colour = token('accent'),
): void {
  const { top, height } = plot.bbox;
  const scale = uPlot.pxRatio;
  const { min = 0, max = 0 } = plot.scales.x ?? {};
  within(plot, (pen) => {
    const colours = { 2: token('text-2'), 3: token('flag-3'), 4: token('flag-4') };
    const surface = token('surface');
    const size = 3.8 * scale;
    const shapeAt: Record<number, number> = {};
    points.forEach(([at, value, flag], index) => {
      // An interval of which everything failed has no mean; that it failed is seen at its foot.
      if (flag === 9 || (value === null && flag !== 4) || at < (min ?? 0) || at > (max ?? 0)) return;
      const x = plot.valToPos(at, 'x', true);
      const y = value === null ? top + height : plot.valToPos(value, yScale, true);
      if (flag === 1) {
        // A point without neighbours is no line and would not be seen.
        if (alone(points, index)) dot(pen, x, y, colour);
        return;
      }
      pen.strokeStyle = colours[flag];
      const before = points[index - 1];
      if (flag !== 4 && before && before[1] !== null && before[2] === flag) {
        const [x0, y0] = [plot.valToPos(before[0], 'x', true), plot.valToPos(before[1], yScale, true)];
        pen.lineWidth = 2.4 * scale;
        stroke(pen, () => line(pen, x0, y0, x, y));
      }
      if (x - (shapeAt[flag] ?? Number.NEGATIVE_INFINITY) < APART * scale) return;
      shapeAt[flag] = x;
      pen.lineWidth = 1.6 * scale;
      pen.fillStyle = surface;
      // What is far outside the scale still shows, at its edge.
      shape(pen, flag, x, Math.min(Math.max(y, top + size * 1.4), top + height - size * 1.6), size);
    });
  });
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

function dot(pen: Pen, x: number, y: number, colour: string): void {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.arc(x, y, 2.2 * uPlot.pxRatio, 0, 2 * Math.PI);
  pen.fill();
}
