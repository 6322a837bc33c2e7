/** Sends the files of a cycle, and before them those of older cycles whose readings have come meanwhile. */
import type { Ledger } from '../../ledger.ts';
import type { Store } from '../../store/store.ts';
import type { Box } from './box.ts';
import { cycleOf } from './cycle.ts';
import type { StationFile } from './format.ts';
import { createGaps, type StationCycle } from './gaps.ts';
import { createLate } from './late.ts';
import type { StationFileSettings } from './settings.ts';
import { oldestCycle } from './source.ts';

/** Files of one connection: what was sent is written down after each. */
const AT_ONCE = 100;
/** Late files hold up those of the present no longer; the others go with the next cycle. */
const LATE_MS = 30_000;

interface SenderParts {
  readonly destination: string;
  readonly store: Pick<Store, 'rows' | 'points'>;
  readonly ledger: Ledger;
  readonly box: Box;
  readonly now: () => number;
}

/** A function that returns when all is with the receiver; when it throws it goes on with what is left of that cycle next time. */
export function createSender(
  settings: StationFileSettings,
  { destination, store, ledger, box, now }: SenderParts,
): (number: number, signal: AbortSignal) => Promise<void> {
  const gaps = createGaps(ledger, destination);
  const late = createLate(store, settings);
  const stations = new Map(settings.stations.map((station) => [station.id, station]));
  /** Names of files of the cycle under way that the receiver has: a slow line gets on, try by try. */
  let under = { number: -1, sent: new Set<string>() };

  const send = async (
    wanted: readonly StationCycle[],
    sent: Set<string>,
    signal: AbortSignal,
  ): Promise<void> => {
    const files: StationFile[] = [];
    const [missing, known]: [StationCycle[], StationCycle[]] = [[], []];
    for (const one of wanted) {
      signal.throwIfAborted();
      const station = stations.get(one.station);
      if (station === undefined) continue;
      const cycle = await cycleOf(store, settings, station, one.number);
      (cycle.known ? known : missing).push(one);
      if (cycle.file !== null && !sent.has(cycle.file.name)) files.push(cycle.file);
    }
    if (files.length > 0) await box.put(files, signal, ({ name }) => sent.add(name));
    gaps.update(missing, known, oldestCycle(settings, now()));
  };

  return async (number, signal) => {
    if (under.number !== number) under = { number, sent: new Set() };
    const { sent } = under;
    const before = await late.look(gaps.all());
    const lateUntil = performance.now() + LATE_MS;
    for (const batch of batches(before)) {
      if (performance.now() > lateUntil) break;
      await send(batch, sent, signal);
    }
    for (const batch of batches([...stations.keys()].map((station) => ({ station, number }))))
      await send(batch, sent, signal);
  };
}

const batches = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / AT_ONCE) }, (_, index) =>
    all.slice(index * AT_ONCE, (index + 1) * AT_ONCE),
  );
