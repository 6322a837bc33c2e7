/** That a gateway has stored what it acknowledged: neither less nor more, series by series, asked through its API. */
import type { createClient } from '../../support/api.ts';
import { parametersOf } from './payloads.ts';

const AT_A_TIME = 4;
const DAY_S = 86_400;

export interface StoredCheck {
  readonly acknowledged: number;
  readonly stored: number;
  readonly series: number;
  /** The first few series that differ, in words. */
  readonly faults: readonly string[];
}

/** `acknowledged`: readings by station, of each of its parameters. */
export async function checkStored(
  api: ReturnType<typeof createClient>,
  acknowledged: Readonly<Record<string, number>>,
  parameters: number,
  /** Only readings before this time, epoch ms. */
  to = Date.now() + DAY_S * 1000,
): Promise<StoredCheck> {
  const from = to - 40 * DAY_S * 1000;
  const series = Object.entries(acknowledged).flatMap(([station, count]) =>
    parametersOf(parameters).map((parameter) => ({ station, parameter, count })),
  );
  const faults: string[] = [];
  let stored = 0;
  let next = 0;
  const work = async (): Promise<void> => {
    for (let item = series[next++]; item !== undefined; item = series[next++]) {
      const { station, parameter, count } = item;
      const query = new URLSearchParams({ station, parameter, aggregate: 'count', every: String(DAY_S) });
      query.set('from', String(from));
      query.set('to', String(to));
      const { points } = await api.call<{ points: [number, number | null, number][] }>(`readings?${query}`);
      const found = points.reduce((sum, [, value]) => sum + (value ?? 0), 0);
      stored += found;
      if (found !== count)
        faults.push(`${station} ${parameter}: ${count} readings acknowledged, ${found} stored`);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  return {
    acknowledged: series.reduce((sum, { count }) => sum + count, 0),
    stored,
    series: series.length,
    faults: faults.slice(0, 5),
  };
}

export const storedRow = (
  name: string,
  { acknowledged, stored, series, faults }: StoredCheck,
): (string | number)[] => [
  name,
  series,
  acknowledged,
  stored,
  faults.length === 0 && acknowledged === stored ? 'the same' : `NOT THE SAME: ${faults.join('; ')}`,
];
export const isStored = ({ acknowledged, stored, faults }: StoredCheck): boolean =>
  faults.length === 0 && acknowledged === stored && acknowledged > 0;
