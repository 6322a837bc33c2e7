/** Runs readings through two rules at once, that which is tried and that which is in force: each on a stage of its own. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { HOUR_MS } from '../../devices/local-time.ts';
import type { RehearsalOutcome } from '../../devices/wire/rehearsal.ts';
import type { AlertSettings } from '../alerts/settings.ts';
import type { KnownStation } from '../catalog.ts';
import { openScratchLedger } from '../ledger.ts';
import type { StoredReading } from '../store/store.ts';
import { createCollector } from './outcome.ts';
import type { Rule } from './rule.ts';
import { createStage, type Stage } from './stage.ts';

/** Alerts and silences are timed to the minute: a year has half a million of them. */
const LOOK_MS = 60_000;
/** How long others wait while it works. */
const SLICE_MS = 10;
/** Changes of alerts are kept in memory; a rule that makes more is followed no further. */
const MOST_CHANGES = 20_000;

export interface Period {
  readonly stations: readonly KnownStation[];
  /** from ≤ at < to, epoch ms. */
  readonly from: number;
  readonly to: number;
}

export interface RehearsalParts extends Period {
  readonly rehearsed: Rule;
  /** null: there is none to compare with. */
  readonly present: Rule | null;
  readonly settings: AlertSettings;
  /** Ascending by arrival. */
  readonly readings: AsyncIterable<readonly StoredReading[]> | Iterable<readonly StoredReading[]>;
  readonly signal?: AbortSignal;
  /** After each slice of work: up to where it is, and how many readings that were. */
  onProgress(at: number, readings: number): void;
}

export interface Outcomes {
  readonly rehearsed: RehearsalOutcome;
  readonly present: RehearsalOutcome | null;
}

/** Throws what the readings throw, and when it is told to stop. */
export async function rehearse(parts: RehearsalParts): Promise<Outcomes> {
  const { rehearsed, present, from, to, readings, signal, onProgress } = parts;
  using ledgers = new DisposableStack();
  const runs = [
    open(parts, rehearsed, ledgers),
    ...(present === null ? [] : [open(parts, present, ledgers)]),
  ];
  let time = from;
  let count = 0;
  let sliceEnds = performance.now() + SLICE_MS;
  const letOthersIn = async (): Promise<void> => {
    onProgress(time, count);
    await nextTurn();
    signal?.throwIfAborted();
    sliceEnds = performance.now() + SLICE_MS;
  };
  /** Also months in which nothing comes are many looks. */
  const passTo = async (end: number): Promise<void> => {
    while (time < end) {
      time = Math.min(end, time + HOUR_MS);
      for (const run of runs) run.follow(time, (stage) => stage.pass(time));
      if (performance.now() >= sliceEnds) await letOthersIn();
    }
  };
  for await (const batch of readings) {
    for (const reading of batch) {
      if (reading.receivedAt - time > HOUR_MS) await passTo(reading.receivedAt);
      time = reading.receivedAt;
      for (const run of runs) run.follow(time, (stage) => stage.take(reading));
      count++;
      if (performance.now() >= sliceEnds) await letOthersIn();
    }
  }
  await passTo(to);
  const [tried, now] = runs.map((run) => run.outcome());
  onProgress(to, count);
  return { rehearsed: tried as RehearsalOutcome, present: now ?? null };

  function open({ stations, settings }: RehearsalParts, rule: Rule, opened: DisposableStack) {
    const ledger = openScratchLedger();
    opened.defer(() => ledger.close());
    const collector = createCollector();
    const stage = createStage({
      ledger,
      stations,
      rule,
      settings,
      from,
      lookMs: LOOK_MS,
      onChange: collector.changed,
      onTold(kind, alert, at) {
        if (kind === 'alert.raised' || (kind === 'alert.changed' && alert.announced_at === at))
          collector.told(at);
      },
    });
    let stoppedAt: number | null = null;
    return {
      follow(at: number, act: (followed: Stage) => void): void {
        if (stoppedAt !== null) return;
        act(stage);
        if (collector.changes > MOST_CHANGES) stoppedAt = at;
      },
      outcome: () => collector.outcome(from, to, stoppedAt),
    };
  }
}
