/** What the wall's chart draws over its line, as large as its letters: limits, and values that are not good. */
import uPlot from 'uplot';
import type { Limit } from '../../chart/marks.ts';
import type { Point } from '../../series.ts';
import { token } from '../../theme.ts';

/** `size`: height of the letters in CSS pixels. */
export function drawLimits({ ctx, bbox, valToPos }: uPlot, limits: readonly Limit[], size: number): void {
  const scale = uPlot.pxRatio;
  ctx.save();
  ctx.lineWidth = (size / 8) * scale;
  ctx.setLineDash([size * 0.5 * scale, size * 0.35 * scale]);
  for (const { value, level } of limits) {
    const y = valToPos(value, 'y', true);
    ctx.strokeStyle = token(`level-${level}`);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
  }
  ctx.restore();
}

/** Triangles are suspect, crosses failed; shapes nearer to one another than their size would be a blot. */
export function drawFlags({ ctx, bbox, valToPos }: uPlot, points: readonly Point[], size: number): void {
  const half = size * 0.3 * uPlot.pxRatio;
  const last: Record<number, number> = {};
  ctx.save();
  ctx.lineWidth = (size / 9) * uPlot.pxRatio;
  ctx.fillStyle = token('surface');
  for (const [at, value, flag] of points) {
    if (value === null || (flag !== 3 && flag !== 4)) continue;
    const x = valToPos(at, 'x', true);
    if (x < bbox.left || x - (last[flag] ?? Number.NEGATIVE_INFINITY) < 3 * half) continue;
    last[flag] = x;
    const y = Math.min(Math.max(valToPos(value, 'y', true), bbox.top + half), bbox.top + bbox.height - half);
    ctx.strokeStyle = token(`flag-${flag}`);
    ctx.beginPath();
    if (flag === 3) {
      ctx.moveTo(x, y - half);
      ctx.lineTo(x + half, y + half * 0.8);
      ctx.lineTo(x - half, y + half * 0.8);
      ctx.closePath();
      ctx.fill();
    } else {
      ctx.moveTo(x - half, y - half);
      ctx.lineTo(x + half, y + half);
      ctx.moveTo(x + half, y - half);
      ctx.lineTo(x - half, y + half);
    }
    ctx.stroke();
  }
  ctx.restore();
}
