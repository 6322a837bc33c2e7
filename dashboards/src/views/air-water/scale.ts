/** The official scales of VN_AQI and VN_WQI as the gateway tells them: which category a value is in, and text upon its colour. Pure. */
import type { ScaleStep } from '../../../../devices/wire/derived.ts';

/** By rising value. */
export type Scale = readonly ScaleStep[];

/** The number of the category, 0 for the lowest values; -1 for a value that is in none. */
export const stepIndex = (scale: Scale, value: number): number =>
  scale.findIndex(({ from, to }) => value >= from && value <= to);

export const stepOf = (scale: Scale, value: number): ScaleStep | null =>
  scale[stepIndex(scale, value)] ?? null;

/** How many categories a chart has room for: three at least, those up to the highest value. */
export const topOf = (scale: Scale, values: Iterable<number>): number =>
  Math.min(scale.length, Math.max(3, ...Array.from(values, (value) => stepIndex(scale, value) + 1)));

/** How high a value stands, 0 to 1, when every category is as high as the next and `top` of them are shown. */
export function heightOf(scale: Scale, value: number, top: number): number {
  const index = stepIndex(scale, value);
  const step = scale[index];
  if (step === undefined) return 0;
  return Math.min(1, (index + (value - step.from + 1) / (step.to - step.from + 1)) / top);
}

const BLACK = '#000000';
const WHITE = '#ffffff';

/** Relative luminance of `#rrggbb` (WCAG 2.2). */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

export function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** Black or white, whichever can be read better upon an official colour: at least 4.5:1 on all of them. */
export const inkOn = (colour: string): string =>
  contrast(colour, BLACK) >= contrast(colour, WHITE) ? BLACK : WHITE;
