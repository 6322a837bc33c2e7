/** Gathers readings and alarms into batches for the outbox: one SenML payload a station and moment. */
import type { Reading } from '../devices/reading.ts';
import type { Alarm } from '../devices/wire/messages.ts';
import { encodeSenml } from '../devices/wire/senml.ts';
import { LIVE_WINDOW_MS, type NewBatch, type Outbox } from './outbox.ts';

/** Bounds one payload. */
const MOST_RECORDS = 1000;

export interface Batcher {
  /** Gathered until the next `flush`. */
  addReadings(readings: readonly Reading[]): void;
  /** Readings whose `at` is in ticks: no wall clock could be believed. */
  addUntimed(readings: readonly Reading[]): void;
  /** `ticks` of an alarm whose time is in doubt: when it was decided. */
  addAlarm(alarm: Alarm, ticks?: number): void;
  /** Hands everything over to the outbox, also when that throws. */
  flush(): void;
}

export function createBatcher(outbox: Pick<Outbox, 'append'>, now: () => number): Batcher {
  const readings = new Map<string, Reading[]>();
  const untimed = new Map<string, Reading[]>();
  const alarms: NewBatch[] = [];

  function sealed(): NewBatch[] {
    const batches = alarms.splice(0);
    // What an instrument had stored is old when it comes: beside live readings it would go out as live.
    const liveFrom = now() - LIVE_WINDOW_MS;
    for (const [station, own] of readings) {
      for (const part of [own.filter(({ at }) => at >= liveFrom), own.filter(({ at }) => at < liveFrom)])
        batches.push(...readingBatches(station, part));
    }
    for (const [station, own] of untimed)
      batches.push(...readingBatches(station, own).map((batch) => ({ ...batch, untimed: true as const })));
    readings.clear();
    untimed.clear();
    return batches;
  }

  return {
    addReadings: (added) => gather(readings, added),
    addUntimed: (added) => gather(untimed, added),
    addAlarm: (alarm, ticks) => void alarms.push(alarmBatch(alarm, ticks)),
    flush() {
      const batches = sealed();
      if (batches.length > 0) outbox.append(batches);
    },
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

const alarmBatch = (alarm: Alarm, ticks: number | undefined): NewBatch => ({
  kind: 'alarm',
  station: alarm.station,
  condition: `${alarm.parameter}/${alarm.limit}`,
  payload: JSON.stringify(alarm),
  ...(ticks !== undefined && { ticks }),
  records: 1,
  at: alarm.at,
});
