/** Gathers readings and alarms into batches for the outbox: one SenML payload a station and moment. */
import type { Reading } from '../devices/reading.ts';
import type { Alarm } from '../devices/wire/messages.ts';
import { encodeSenml } from '../devices/wire/senml.ts';
import { addContents, type Contents, contentsOfPayload } from './outbox/contents.ts';
import { LIVE_WINDOW_MS, type NewBatch, type Outbox } from './outbox.ts';

/** Bounds one payload. */
const MOST_RECORDS = 1000;

/** Batches kept in memory while the disk refuses them; beyond, the oldest readings go, alarms only after them. */
const MOST_UNWRITTEN = 10_000;

export interface Batcher {
  /** Gathered until the next `flush`. */
  addReadings(readings: readonly Reading[]): void;
  /** Readings whose `at` is in ticks: no wall clock could be believed. */
  addUntimed(readings: readonly Reading[]): void;
  addAlarms(alarms: readonly Alarm[]): void;
  /** Writes everything to the outbox. When that fails it is kept for the next flush and the error thrown. */
  flush(): void;
  /** Readings lost because the disk refused them for too long. */
  lost(): number;
}

export function createBatcher(outbox: Pick<Outbox, 'append' | 'lose'>, now: () => number): Batcher {
  let readings = new Map<string, Reading[]>();
  let untimed = new Map<string, Reading[]>();
  let unwritten: NewBatch[] = [];
  let lost = 0;
  /** Lost, by station, and not in the outbox's account: while the disk refuses batches it would refuse that too. */
  const untold = new Map<string, Contents>();

  function lose({ kind, station, records, payload, untimed: isUntimed }: NewBatch): void {
    if (kind !== 'readings') return;
    lost += records;
    // The books are by hours, and nobody knows its hour.
    if (isUntimed) return;
    const own: Contents = untold.get(station) ?? new Map();
    untold.set(station, own);
    addContents(own, contentsOfPayload(payload));
  }

  function seal(): void {
    // What an instrument had stored is old when it comes: beside live readings it would go out as live.
    const liveFrom = now() - LIVE_WINDOW_MS;
    for (const [station, own] of readings) {
      for (const part of [own.filter(({ at }) => at >= liveFrom), own.filter(({ at }) => at < liveFrom)])
        unwritten.push(...readingBatches(station, part));
    }
    for (const [station, own] of untimed)
      unwritten.push(...readingBatches(station, own).map((batch) => ({ ...batch, untimed: true as const })));
    readings = new Map();
    untimed = new Map();
    while (unwritten.length > MOST_UNWRITTEN) {
      const first = unwritten.findIndex((batch) => batch.kind === 'readings');
      const [gone] = unwritten.splice(Math.max(0, first), 1);
      if (gone) lose(gone);
    }
  }

  return {
    addReadings: (added) => gather(readings, added),
    addUntimed: (added) => gather(untimed, added),
    addAlarms(alarms) {
      unwritten.push(...alarms.map(alarmBatch));
    },
    flush() {
      seal();
      if (unwritten.length === 0) return;
      // They stand in files of their own, and one may refuse what the other took.
      for (const isUntimed of [true, false]) {
        const part = unwritten.filter((batch) => (batch.untimed ?? false) === isUntimed);
        if (part.length > 0) outbox.append(part);
        unwritten = unwritten.filter((batch) => (batch.untimed ?? false) !== isUntimed);
      }
      for (const [station, contents] of untold) {
        outbox.lose(station, contents.values(), 'unwritten');
        untold.delete(station);
      }
    },
    lost: () => lost,
  };
}

function gather(gathered: Map<string, Reading[]>, added: readonly Reading[]): void {
  for (const reading of added) {
    const own = gathered.get(reading.station);
    if (own) own.push(reading);
    else gathered.set(reading.station, [reading]);
  }
}

function readingBatches(station: string, readings: readonly Reading[]): NewBatch[] {
  const batches: NewBatch[] = [];
  for (let start = 0; start < readings.length; start += MOST_RECORDS) {
    const part = readings.slice(start, start + MOST_RECORDS);
    batches.push({
      kind: 'readings',
      station,
      payload: JSON.stringify(encodeSenml(station, part)),
      records: part.length,
      at: Math.max(...part.map((reading) => reading.at)),
    });
  }
  return batches;
}

const alarmBatch = (alarm: Alarm): NewBatch => ({
  kind: 'alarm',
  station: alarm.station,
  condition: `${alarm.parameter}/${alarm.limit}`,
  payload: JSON.stringify(alarm),
  records: 1,
  at: alarm.at,
});
