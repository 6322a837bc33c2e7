/** A device that speaks MQTT by itself and keeps what is not acknowledged, as fast as its acknowledgements come. */
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { topics } from '../../../devices/wire/topics.ts';
import { testStation } from '../../support/station.ts';
import type { DirectClient } from './rig.ts';

/** Readings of one message. */
const RECORDS = 3;
const WORKERS = 6;
const PAUSE_MS = 30;

export interface Publisher {
  readonly station: string;
  sent(): number;
  /** Resolves when everything is acknowledged: the gateway must be there. */
  stop(): Promise<void>;
  /** Goes without waiting for anything. */
  leave(): Promise<void>;
}

/** Its station is `{id}-1`. The gateway must be there for the start. */
export async function startPublisher({ id, password, link }: DirectClient): Promise<Publisher> {
  const station = `${id}-1`;
  const client = await connectAsync(`mqtt://127.0.0.1:${link.port}`, {
    username: id,
    password,
    reconnectPeriod: 100,
    connectTimeout: 5000,
  });
  client.on('error', () => {});
  const stations = [testStation({ id: station, parameters: [{ id: 'pressure', period_s: 1 }] })];
  await client.publishAsync(topics.inventory(id), JSON.stringify({ stations }), { qos: 1, retain: true });
  const started = Date.now();
  let sent = 0;
  let publishing = true;
  let gone = false;
  /** A publish that its connection took with it is made again. */
  async function deliver(payload: string): Promise<void> {
    while (!gone) {
      const sent = client.publishAsync(topics.readings(id, station), payload, { qos: 1 });
      const acknowledged = await sent.then(
        () => true,
        () => false,
      );
      if (acknowledged) return;
      await sleep(PAUSE_MS);
    }
  }
  const workers = Array.from({ length: WORKERS }, async () => {
    while (publishing) {
      const pack = Array.from({ length: RECORDS }, () => {
        const number = sent++;
        return {
          n: `urn:quantrac:${station}:pressure`,
          t: (started + number) / 1000,
          v: 900 + (number % 1000) / 10,
        };
      });
      await deliver(JSON.stringify(pack));
      await sleep(PAUSE_MS);
    }
  });
  return {
    station,
    sent: () => sent,
    async stop() {
      publishing = false;
      await Promise.all(workers);
      await client.endAsync();
    },
    async leave() {
      publishing = false;
      gone = true;
      await client.endAsync(true);
    },
  };
}
