/**
 * Brings imported readings to a gateway as any device that speaks SenML does: its own account, its announced stations, backlog.
 * So they pass the same checks as all readings and raise no live alarm, and what is refused is in quarantine with its reason.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { UserFault } from '../../../devices/kit/fault.ts';
import { encodeSenml } from '../../../devices/wire/senml.ts';
import { topics } from '../../../devices/wire/topics.ts';
import { type ImportSettings, inventoryOf } from './import-settings.ts';
import type { FileReading } from './reader.ts';

/** Readings of one payload. */
const AT_ONCE = 1000;
const CONNECT_MS = 10_000;
/** The gateway stores before it acknowledges. */
const ACKNOWLEDGE_MS = 60_000;

/** Returns when the gateway has acknowledged all of them: then they are stored, or in quarantine. */
export async function publishReadings(
  settings: ImportSettings,
  station: string,
  readings: readonly FileReading[],
): Promise<void> {
  const { id, uplink } = settings;
  const fault = (error: unknown): never => {
    throw new UserFault(`${uplink.url}: ${(error as Error).message || 'nobody listens there'}`, {
      cause: error,
    });
  };
  const client = await connectAsync(
    uplink.url,
    {
      clientId: id,
      username: id,
      password: uplink.password,
      protocolVersion: 4,
      connectTimeout: CONNECT_MS,
      keepalive: uplink.keepalive_s,
      reconnectPeriod: 0,
    },
    false,
  ).catch(fault);
  // MQTT.js leaves what is unanswered when its connection ends; this makes it fail.
  const ended = new Promise<never>((_, reject) => {
    client.once('close', () => reject(new Error('the connection ended')));
  });
  ended.catch(() => {});
  client.on('error', () => {});
  try {
    const publish = (topic: string, payload: unknown, retain: boolean) =>
      Promise.race([client.publishAsync(topic, JSON.stringify(payload), { qos: 1, retain }), ended, late()]);
    await publish(topics.inventory(id), inventoryOf(settings), true);
    for (let start = 0; start < readings.length; start += AT_ONCE) {
      const batch = readings.slice(start, start + AT_ONCE);
      await publish(topics.backlog(id, station), encodeSenml(station, batch), false);
    }
  } catch (error) {
    fault(error);
  } finally {
    await client.endAsync(true);
  }
}

/** Rejects after a time in which any acknowledgement comes. */
async function late(): Promise<never> {
  await sleep(ACKNOWLEDGE_MS, undefined, { ref: false });
  throw new Error(`the gateway has acknowledged nothing for ${ACKNOWLEDGE_MS / 1000} s`);
}
