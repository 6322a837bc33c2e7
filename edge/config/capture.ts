/** What came of what was due in the last minutes, and how busy the lines were: what a trial is compared with. Pure. */
import { z } from 'zod';
import { isExtra } from '../../devices/extra.ts';
import { FLAG } from '../../devices/quality.ts';
import type { Reading } from '../../devices/reading.ts';

const count = z.int().min(0);
const shareSchema = z.strictObject({ came: count, due: count });
export type Share = z.infer<typeof shareSchema>;

/** By station and parameter; a reading with a doubtful value came, one that is missing was due only. */
const capturedSchema = z.record(z.string(), z.record(z.string(), shareSchema));
export type Captured = z.infer<typeof capturedSchema>;

export const baselineSchema = z.strictObject({
  captured: capturedSchema,
  /** Part of its time that each line was busy. */
  busy: z.record(z.string(), z.number()),
});
export type Baseline = z.infer<typeof baselineSchema>;

export interface LineBusy {
  readonly id: string;
  /** Since the start. */
  readonly busyMs: number;
}

export interface Capture {
  take(readings: readonly Reading[]): void;
  /** Every second or so. */
  tick(lines: readonly LineBusy[]): void;
  /** Of the last minutes, or since the start. */
  present(lines: readonly LineBusy[]): Baseline;
}

/** After a start connections are being made: what is missing so early counts for nothing. */
const SETTLE_MS = 5000;
const BUCKET_MS = 15_000;
/** Five minutes. */
const BUCKETS = 20;

interface Bucket {
  readonly since: number;
  readonly busyMs: ReadonlyMap<string, number>;
  readonly captured: Captured;
}

export function createCapture(ticks: () => number): Capture {
  const newBucket = (lines: readonly LineBusy[]): Bucket => ({
    since: ticks(),
    busyMs: new Map(lines.map(({ id, busyMs }) => [id, busyMs])),
    captured: {},
  });
  const born = ticks();
  let now = newBucket([]);
  const buckets = [now];

  return {
    take(readings) {
      const settling = ticks() - born < SETTLE_MS;
      for (const { station, parameter, flag, reason } of readings) {
        const came = flag !== FLAG.missing;
        if (isExtra(reason) || (settling && !came)) continue;
        add(now.captured, station, parameter, { came: Number(came), due: 1 });
      }
    },
    tick(lines) {
      if (ticks() - now.since < BUCKET_MS) return;
      now = newBucket(lines);
      buckets.push(now);
      if (buckets.length > BUCKETS) buckets.shift();
    },
    present(lines) {
      const captured: Captured = {};
      for (const bucket of buckets)
        for (const [station, parameters] of Object.entries(bucket.captured))
          for (const [parameter, share] of Object.entries(parameters))
            add(captured, station, parameter, share);
      const [first = now] = buckets;
      const elapsed = Math.max(1, ticks() - first.since);
      const busy = lines.map(({ id, busyMs }) => [id, (busyMs - (first.busyMs.get(id) ?? 0)) / elapsed]);
      return { captured, busy: Object.fromEntries(busy) as Record<string, number> };
    },
  };
}

function add(captured: Captured, station: string, parameter: string, { came, due }: Share): void {
  captured[station] ??= {};
  const of = captured[station];
  const before = of[parameter] ?? { came: 0, due: 0 };
  of[parameter] = { came: before.came + came, due: before.due + due };
}
