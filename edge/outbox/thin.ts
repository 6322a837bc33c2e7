/**
 * Fewer readings that still say what happened. In each window the good ones of a parameter become their least and
 * greatest, as they were measured, and one mean of all others. Whatever is flagged or has something to say stays.
 */
import { meanReason, valuesOfMean } from '../../devices/mean.ts';
import { type ParameterId, parameterOf } from '../../devices/parameter.ts';
import { FLAG } from '../../devices/quality.ts';
import type { Reading } from '../../devices/reading.ts';

/** A good reading with its value, and how many values that stands for. */
interface Part {
  readonly reading: Reading;
  readonly value: number;
  readonly values: number;
}

/** In order of time; the same readings when nothing could be left out. */
export function thin(readings: readonly Reading[], windowMs: number): Reading[] {
  const kept: Reading[] = [];
  const windows = new Map<string, Part[]>();
  for (const reading of readings) {
    const part = partOf(reading);
    if (part === null) {
      kept.push(reading);
      continue;
    }
    const key = `${reading.parameter} ${Math.floor(reading.at / windowMs)}`;
    const own = windows.get(key);
    if (own) own.push(part);
    else windows.set(key, [part]);
  }
  for (const parts of windows.values()) {
    parts.sort((a, b) => a.reading.at - b.reading.at);
    kept.push(...summary(parts, windowMs));
  }
  return kept.sort((a, b) => a.at - b.at);
}

function partOf(reading: Reading): Part | null {
  const { flag, reason, value } = reading;
  if (flag !== FLAG.good || value === null) return null;
  const values = reason === null ? 1 : valuesOfMean(reason);
  return values === null ? null : { reading, value, values };
}

function summary(parts: readonly Part[], windowMs: number): Reading[] {
  const [{ reading: first } = { reading: null }] = parts;
  if (first === null) return [];
  if (hasNoMean(first.parameter)) return turns(parts);
  const circular = parameterOf(first.parameter).unit === 'deg';
  // Nothing is greatest on a circle.
  const extremes = circular ? [] : extremesOf(parts);
  const others = parts.filter((part) => !extremes.includes(part));
  const [oldest] = others;
  if (oldest === undefined || others.length === 1) return parts.map(({ reading }) => reading);
  const values = others.reduce((sum, part) => sum + part.values, 0);
  const value = circular
    ? circularMean(others)
    : others.reduce((sum, part) => sum + part.value * part.values, 0) / values;
  // At the time of one of its own values: a series has one reading a time, and no other has this one.
  const mean = { ...oldest.reading, value: rounded(value), reason: meanReason(values, windowMs) };
  return [...extremes.map(({ reading }) => reading), mean];
}

/** A contact is open or closed, half a fire is none, and a sum of rain at noon is no sum of rain. */
const hasNoMean = (parameter: ParameterId): boolean =>
  parameterOf(parameter).unit === '/' || parameter === 'fire_detection' || parameter === 'rain_total';

/** Where a value is the same as before and after, nothing is said by it. */
const turns = (parts: readonly Part[]): Reading[] =>
  parts
    .filter(({ value }, index) => value !== parts[index - 1]?.value || value !== parts[index + 1]?.value)
    .map(({ reading }) => reading);

/** The least and the greatest that were measured: a mean of an earlier round has its own beside it. */
function extremesOf(parts: readonly Part[]): Part[] {
  const measured = parts.filter(({ values }) => values === 1);
  const [least] = measured.toSorted((a, b) => a.value - b.value);
  const [greatest] = measured.filter((part) => part !== least).toSorted((a, b) => b.value - a.value);
  return [least, greatest].filter((part) => part !== undefined);
}

function circularMean(parts: readonly Part[]): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const east = parts.reduce((sum, { value, values }) => sum + values * Math.sin(radians(value)), 0);
  const north = parts.reduce((sum, { value, values }) => sum + values * Math.cos(radians(value)), 0);
  return ((Math.atan2(east, north) * 180) / Math.PI + 360) % 360;
}

/** Digits that no instrument has cost room. */
const rounded = (value: number): number => Number(value.toPrecision(9));
