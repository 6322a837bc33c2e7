/** Sends the files of a cycle, and after those of the newest the files of older ones whose readings have come meanwhile. */
import type { Ledger } from '../../ledger.ts';
import type { Store, StoredReading } from '../../store/store.ts';
import type { Box } from './box.ts';
import { cycleOf } from './cycle.ts';
import type { StationFile } from './format.ts';
import { createGaps, type StationRange } from './gaps.ts';
import { createLate, type StationCycle } from './late.ts';
import type { StationFileSettings } from './settings.ts';
import { newestCycle, oldestCycle } from './source.ts';

/** Files of one connection: what was sent is written down after each. */
const AT_ONCE = 100;
/** Late files hold up the next cycle no longer; the others go after that. */
const LATE_MS = 30_000;

interface SenderParts {
  readonly destination: string;
  readonly store: Pick<Store, 'rows' | 'points'>;
  readonly ledger: Ledger;
  readonly box: Box;
  readonly now: () => number;
}

export interface Sender {
  /** Returns when all is with the receiver; when it throws it goes on with what is left of that cycle next time. */
  send(number: number, signal: AbortSignal): Promise<void>;
  /** Call it with what the store has committed. */
  stored(readings: readonly Pick<StoredReading, 'station' | 'at'>[]): void;
}

export function createSender(
  settings: StationFileSettings,
  { destination, store, ledger, box, now }: SenderParts,
): Sender {
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
    const [missing, known]: [StationRange[], StationRange[]] = [[], []];
    for (const one of wanted) {
      signal.throwIfAborted();
      const station = stations.get(one.station);
      if (station === undefined) continue;
      const cycle = await cycleOf(store, settings, station, one.number);
      const [first, last] = [one.number - settings.period_s, one.number - 1];
      (cycle.known ? known : missing).push({ station: one.station, first, last });
      if (cycle.file !== null && !sent.has(cycle.file.name)) files.push(cycle.file);
    }
    if (files.length > 0) await box.put(files, signal, ({ name }) => sent.add(name));
    gaps.update(missing, known, oldestCycle(settings, now()));
  };

  const sendAll = async (wanted: readonly StationCycle[], sent: Set<string>, signal: AbortSignal) => {
    for (const batch of batches(wanted)) await send(batch, sent, signal);
  };

  const sendLate = async (newest: number, sent: Set<string>, signal: AbortSignal): Promise<void> => {
    const until = performance.now() + LATE_MS;
    for await (const group of late.look(gaps.all(), newest, until, signal)) {
      for (const batch of batches(group)) {
        await send(batch, sent, signal);
        if (performance.now() > until) return;
      }
    }
  };

  return {
    stored: late.stored,
    async send(number, signal) {
      if (under.number !== number) under = { number, sent: new Set() };
      const { sent } = under;
      const own = [...stations.keys()].map((station) => ({ station, number }));
      await sendAll(own, sent, signal);
      // Whoever is behind catches up first.
      if (number === newestCycle(settings, now())) await sendLate(number, sent, signal);
    },
  };
}

const batches = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / AT_ONCE) }, (_, index) =>
    all.slice(index * AT_ONCE, (index + 1) * AT_ONCE),
  );
