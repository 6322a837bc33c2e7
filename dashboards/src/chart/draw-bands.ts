/** Limits behind the line, each a band from its value to the end of the chart, with its value written at the right. */
import uPlot from 'uplot';
import { token } from '../theme.ts';
import { type Band, edgeOf } from './bands.ts';
import { line, stroke, within } from './pen.ts';

export interface NamedBand extends Band {
  /** "≥ 100 µg/m³ Cảnh báo". */
  readonly label: string;
}

export function drawBands(plot: uPlot, bands: readonly NamedBand[]): void {
  const { left, top, width, height } = plot.bbox;
  const scale = uPlot.pxRatio;
  const bottom = top + height;
  within(plot, (pen) => {
    for (const band of bands) {
      const y = plot.valToPos(edgeOf(band), 'y', true);
      const isAbove = Number.isFinite(band.low);
      pen.globalAlpha = 0.55;
      pen.fillStyle = token(`level-${band.level}-weak`);
      if (isAbove) pen.fillRect(left, top, width, y - top);
      else pen.fillRect(left, y, width, bottom - y);
      pen.globalAlpha = 1;
      pen.strokeStyle = token(`level-${band.level}`);
      pen.lineWidth = 1.4 * scale;
      pen.setLineDash([5 * scale, 4 * scale]);
      stroke(pen, () => line(pen, left, y, left + width, y));
      pen.setLineDash([]);
    }
  });
}

/** Over everything else: where it is written, the line does not make it unreadable. */
export function writeBands(plot: uPlot, bands: readonly NamedBand[]): void {
  const { left, top, width, height } = plot.bbox;
  const scale = uPlot.pxRatio;
  const size = 11 * scale;
  within(plot, (pen) => {
    pen.font = `600 ${size}px ${token('font')}`;
    pen.textAlign = 'right';
    pen.textBaseline = 'middle';
    const written: number[] = [];
    for (const band of bands) {
      const edge = plot.valToPos(edgeOf(band), 'y', true);
      const isAbove = Number.isFinite(band.low);
      const wanted = isAbove ? edge - size : edge + size;
      const y = Math.min(Math.max(wanted, top + size), top + height - size);
      // Of two in one place the first, which is the worse, is told; the key tells all.
      if (written.some((other) => Math.abs(other - y) < size * 1.3)) continue;
      written.push(y);
      pen.strokeStyle = token('surface');
      pen.lineWidth = 3 * scale;
      pen.lineJoin = 'round';
      pen.strokeText(band.label, left + width - 8 * scale, y);
      pen.fillStyle = token(`level-${band.level}`);
      pen.fillText(band.label, left + width - 8 * scale, y);
    }
  });
}
