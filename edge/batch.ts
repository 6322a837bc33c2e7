/** Gathers readings and alarms into batches for the outbox: one SenML payload a station and moment. */
import type { Reading } from '../devices/reading.ts';
import type { Alarm } from '../devices/wire/messages.ts';
import { encodeSenml } from '../devices/wire/senml.ts';
import { LIVE_WINDOW_MS, type NewBatch, type Outbox } from './outbox.ts';

/** Bounds one payload. */
const MOST_RECORDS = 1000;

/** Batches kept in memory while the disk refuses them; beyond, the oldest readings go, alarms only after them. */
const MOST_UNWRITTEN = 10_000;

export interface Batcher {
  /** Gathered until the next `flush`. */
  addReadings(readings: readonly Reading[]): void;
  addAlarms(alarms: readonly Alarm[]): void;
  /** Writes everything to the outbox. When that fails it is kept for the next flush and the error thrown. */
  flush(): void;
  /** Readings lost because the disk refused them for too long. */
  lost(): number;
}

export function createBatcher(outbox: Pick<Outbox, 'append'>, now: () => number): Batcher {
  let readings = new Map<string, Reading[]>();
  let unwritten: NewBatch[] = [];
  let lost = 0;

  function seal(): void {
    // What an instrument had stored is old when it comes: beside live readings it would go out as live.
    const liveFrom = now() - LIVE_WINDOW_MS;
    for (const [station, own] of readings) {
      for (const part of [own.filter(({ at }) => at >= liveFrom), own.filter(({ at }) => at < liveFrom)])
        unwritten.push(...readingBatches(station, part));
    }
    readings = new Map();
    while (unwritten.length > MOST_UNWRITTEN) {
      const first = unwritten.findIndex((batch) => batch.kind === 'readings');
      const [gone] = unwritten.splice(Math.max(0, first), 1);
      lost += gone?.kind === 'readings' ? gone.records : 0;
    }
  }

  return {
    addReadings(added) {
      for (const reading of added) {
        const own = readings.get(reading.station);
        if (own) own.push(reading);
        else readings.set(reading.station, [reading]);
      }
    },
    addAlarms(alarms) {
      unwritten.push(...alarms.map(alarmBatch));
    },
    flush() {
      seal();
      if (unwritten.length === 0) return;
      outbox.append(unwritten);
      unwritten = [];
    },
    lost: () => lost,
  };
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
