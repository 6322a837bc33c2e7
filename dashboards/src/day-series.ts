/** Fetches the day of one series: coarse at first, and finer when it turns out to be young. */
import { DAY_MS, everyFor, type Point, type Series, seriesOf, spanOf } from './series.ts';

export interface DaySeries {
  /** Seconds of one interval of its points. */
  readonly everyS: number;
  readonly series: Series;
}

export type Ask = (from: number, to: number, everyS: number) => Promise<readonly Point[]>;

export async function loadDay(ask: Ask, periodS: number, now: number): Promise<DaySeries> {
  const coarse = everyFor(periodS);
  const points = await ask(now - DAY_MS, now, coarse);
  const fine = everyFor(periodS, spanOf(points, now));
  const [first] = points;
  if (first === undefined || fine * 2 > coarse) {
    return { everyS: coarse, series: seriesOf(points, coarse, periodS, now) };
  }
  return { everyS: fine, series: seriesOf(await ask(first[0], now, fine), fine, periodS, now) };
}

/** A young series that has grown so long is better fetched again in coarser steps. */
export const isTooFine = ({ everyS, series }: DaySeries, periodS: number, now: number): boolean =>
  everyS * 4 <= everyFor(periodS, spanOf(series.points, now));
