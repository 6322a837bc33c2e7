/** Hears live readings as flows do: the gateway tells them when they are stored. */
import { connectAsync } from 'mqtt';
import type { Live } from '../../../devices/wire/messages.ts';
import { topics } from '../../../devices/wire/topics.ts';

export interface LiveEar {
  /** Readings heard since the start. */
  readonly heard: () => number;
  /** From the time of each reading to when it was heard, ms, since the last call. */
  takeDelays(): number[];
  stop(): Promise<void>;
}

export async function openLiveEar(port: number, account: string, password: string): Promise<LiveEar> {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, {
    clientId: account,
    username: account,
    password,
  });
  let heard = 0;
  let delays: number[] = [];
  client.on('message', (_topic, payload) => {
    const now = Date.now();
    for (const { at } of (JSON.parse(payload.toString()) as Live).readings) {
      heard++;
      delays.push(now - at);
    }
  });
  await client.subscribeAsync(topics.liveAll);
  return {
    heard: () => heard,
    takeDelays() {
      const taken = delays;
      delays = [];
      return taken;
    },
    stop: () => client.endAsync(true),
  };
}
