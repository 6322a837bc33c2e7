/** Hands waiting alarms to the broker, one at a time. */
import type { MqttClient } from 'mqtt';
import type { Alarm } from '../devices/wire/messages.ts';
import { topics } from '../devices/wire/topics.ts';
import { AlarmQueue } from './alarm-queue.ts';
import type { LinkLog } from './link.ts';

/** Room for every limit of a province; beyond it the oldest waiting alarm is given up and logged. */
const MAX_WAITING = 10_000;

export interface AlarmSender {
  readonly waiting: number;
  send(alarm: Alarm): void;
  /** Starts to hand over what waits; called whenever the broker can be reached again. */
  flush(): void;
  /** Resolves when nothing is being handed over. */
  idle(): Promise<void>;
}

export function createAlarmSender(client: MqttClient, log: LinkLog, changed: () => void): AlarmSender {
  const queue = new AlarmQueue(MAX_WAITING);
  let draining = false;
  let drained: Promise<void> = Promise.resolve();

  /** With one alarm in flight a condition's states arrive in their order, over reconnections too. */
  async function drain(): Promise<void> {
    draining = true;
    try {
      for (let alarm = queue.first(); alarm && client.connected; alarm = queue.first()) {
        await client.publishAsync(topics.flowsAlarms(alarm.station), JSON.stringify(alarm), { qos: 1 });
        queue.done(alarm);
        changed();
      }
    } catch (err) {
      log.warn({ err, waiting: queue.size }, 'alarm not handed over yet');
    } finally {
      // In the same breath as the last look at the queue: an alarm put in later finds nobody draining.
      draining = false;
    }
  }

  function flush(): void {
    if (!draining && client.connected) drained = drain();
  }

  return {
    get waiting() {
      return queue.size;
    },
    send: (alarm) => {
      const dropped = queue.put(alarm);
      if (dropped) {
        const { station, parameter, limit, state } = dropped;
        log.error({ station, parameter, limit, state }, 'queue full, alarm dropped');
      }
      changed();
      flush();
    },
    flush,
    idle: () => drained,
  };
}
