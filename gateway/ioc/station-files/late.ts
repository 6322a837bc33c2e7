/** Cycles that had no readings when they were due and have some now. */
import type { ParameterId } from '../../../devices/parameter.ts';
import type { Store } from '../../store/store.ts';
import type { Range, StationCycle } from './gaps.ts';
import type { StationFileSettings } from './settings.ts';

/**
 * Watches gaps. A backlog comes oldest first and may be under way: the newest cycle that it has reached is taken only when it
 * has gone no further since the look before.
 */
export function createLate(store: Pick<Store, 'points'>, settings: StationFileSettings) {
  const periodMs = settings.period_s * 1000;
  const parameters = Object.keys(settings.parameters) as ParameterId[];
  const reached = new Map<string, number>();

  const known = async (station: string, { first, last }: Range): Promise<number[]> => {
    const numbers = new Set<number>();
    for (const parameter of parameters) {
      const points = await store.points({
        station,
        parameter,
        from: first * periodMs,
        to: (last + 1) * periodMs,
        everyMs: periodMs,
        aggregate: 'count',
        limit: last - first + 1,
      });
      for (const [at] of points) numbers.add(Math.floor(at / periodMs));
    }
    return [...numbers].sort((a, b) => a - b);
  };

  return {
    /** The oldest first, of all stations together. */
    async look(gaps: ReadonlyMap<string, readonly Range[]>): Promise<StationCycle[]> {
      const found: StationCycle[] = [];
      for (const { id: station } of settings.stations) {
        const numbers: number[] = [];
        for (const range of gaps.get(station) ?? []) numbers.push(...(await known(station, range)));
        const newest = numbers.at(-1);
        if (newest === undefined) continue;
        if (reached.get(station) !== newest) numbers.pop();
        reached.set(station, newest);
        found.push(...numbers.map((number) => ({ station, number })));
      }
      return found.sort((a, b) => a.number - b.number);
    },
  };
}
