/** Lets so many alarms pass at once and so many a second; what is beyond waits, the newest of each condition. */
import type { Alarm } from '../../devices/wire/messages.ts';
import { AlarmQueue } from '../alarm-queue.ts';

/** All limits of a province may decide at a start. */
const AT_ONCE = 2000;
export const ALARMS_A_SECOND = 100;
const MOST_WAITING = 10_000;
const PASS_EVERY_MS = 1000;

export interface Flood {
  /** False: it waits. */
  give(alarm: Alarm): boolean;
  readonly waiting: number;
  end(): void;
}

/** `changed` is called when some that waited have passed. */
export function holdFlood(pass: (alarm: Alarm) => void, changed: () => void): Flood {
  const queue = new AlarmQueue(MOST_WAITING);
  let room = AT_ONCE;
  const timer = setInterval(() => {
    room = Math.min(AT_ONCE, room + ALARMS_A_SECOND);
    if (queue.size === 0) return;
    for (let alarm = queue.first(); alarm && room > 0; alarm = queue.first()) {
      room -= 1;
      queue.done(alarm);
      pass(alarm);
    }
    changed();
  }, PASS_EVERY_MS);
  return {
    give(alarm) {
      // Behind those that wait, so that the states of a condition stay in their order.
      if (room === 0 || queue.size > 0) {
        queue.put(alarm);
        return false;
      }
      room -= 1;
      pass(alarm);
      return true;
    },
    get waiting() {
      return queue.size;
    },
    end: () => clearInterval(timer),
  };
}
