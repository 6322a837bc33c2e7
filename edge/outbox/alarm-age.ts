/**
 * An alarm whose time is in doubt goes out with its age, so that the centre can date it however long it has waited. On
 * disk it has the ticks at which it was decided and the boot that they belong to; in another boot nobody knows its age.
 */
import type { NewBatch, Outbox } from '../outbox.ts';

export interface AgeOptions {
  readonly boot: string;
  /** Milliseconds since the boot of the system. */
  readonly ticks: () => number;
}

/** The same outbox, of whose batches those with `ticks` become alarms with `age_s` when they are taken. */
export function ageAlarms<T extends Pick<Outbox, 'append' | 'take'>>(
  outbox: T,
  { boot, ticks }: AgeOptions,
): T {
  const marked = (batch: NewBatch): NewBatch =>
    batch.ticks === undefined
      ? batch
      : { ...batch, payload: JSON.stringify({ ...JSON.parse(batch.payload), boot, ticks: batch.ticks }) };

  function aged(payload: string): string {
    const { boot: of, ticks: decided, ...alarm } = JSON.parse(payload);
    if (decided === undefined) return payload;
    const age = of === boot ? { age_s: Math.max(0, Math.round(ticks() - decided) / 1000) } : {};
    return JSON.stringify({ ...alarm, ...age });
  }

  return {
    ...outbox,
    append: (batches) => outbox.append(batches.map(marked)),
    take(now, lanes) {
      const batch = outbox.take(now, lanes);
      return batch?.lane === 'alarms' ? { ...batch, payload: aged(batch.payload) } : batch;
    },
  };
}
