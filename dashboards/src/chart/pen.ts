/** Lines and hatchings on a chart's canvas. Lengths are device pixels. */
import uPlot from 'uplot';

export type Pen = CanvasRenderingContext2D;

/** Nothing is drawn outside the plot. */
export function within(plot: uPlot, draw: (pen: Pen) => void): void {
  const { left, top, width, height } = plot.bbox;
  const { ctx: pen } = plot;
  pen.save();
  pen.beginPath();
  pen.rect(left, top, width, height);
  pen.clip();
  draw(pen);
  pen.restore();
}

export function stroke(pen: Pen, path: () => void): void {
  pen.beginPath();
  path();
  pen.stroke();
}

export function line(pen: Pen, x1: number, y1: number, x2: number, y2: number): void {
  pen.moveTo(x1, y1);
  pen.lineTo(x2, y2);
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Slanted lines, which stay where they are when the box moves. */
export function hatch(
  pen: Pen,
  { left, top, width, height }: Box,
  colour: string,
  lean: 'left' | 'right',
): void {
  const apart = 7 * uPlot.pxRatio;
  pen.save();
  pen.beginPath();
  pen.rect(left, top, width, height);
  pen.clip();
  pen.strokeStyle = colour;
  pen.lineWidth = uPlot.pxRatio;
  stroke(pen, () => {
    for (let x = Math.floor((left - height) / apart) * apart; x < left + width + height; x += apart) {
      if (lean === 'right') line(pen, x, top + height, x + height, top);
      else line(pen, x, top, x + height, top + height);
    }
  });
  pen.restore();
}
