/** An instrument that publishes SenML itself: a simple device without a memory. */
import { connect } from 'mqtt';
import type { Logger } from '../kit/log.ts';
import { type ParameterId, parameterOf } from '../parameter.ts';
import { FLAG, missing } from '../quality.ts';
import type { Inventory } from '../wire/messages.ts';
import { encodeSenml } from '../wire/senml.ts';
import { topics } from '../wire/topics.ts';
import type { MqttInstrumentSettings } from './settings.ts';
import type { Signal } from './signal.ts';

/** Messages on their way at once; with so many unanswered the device drops what it measures. */
const MAX_IN_FLIGHT = 8;

export interface MqttInstrumentOptions {
  readonly settings: MqttInstrumentSettings;
  readonly signals: ReadonlyMap<ParameterId, Signal>;
  readonly url: string;
  readonly password: string | undefined;
  readonly now: () => number;
  readonly log: Logger;
}

/** Starts at once and keeps trying while the broker is away. */
export function startMqttInstrument(options: MqttInstrumentOptions): { stop(): Promise<void> } {
  const { settings, signals, now, log } = options;
  const { username, station, period_s } = settings;
  const client = connect(options.url, {
    username,
    ...(options.password !== undefined && { password: options.password }),
    clientId: `${username}-${station.id}`,
    reconnectPeriod: 2000,
    connectTimeout: 5000,
  });
  let inFlight = 0;
  let dropped = 0;
  let told = '';

  const publish = (topic: string, message: unknown, retain: boolean): void => {
    inFlight++;
    client.publish(topic, JSON.stringify(message), { qos: 1, retain }, () => {
      inFlight--;
    });
  };
  const measure = (): void => {
    if (!client.connected || inFlight >= MAX_IN_FLIGHT) {
      dropped++;
      return;
    }
    const at = now();
    const readings = [...signals].map(([parameter, signal]) => ({
      parameter,
      at,
      ...judged(parameter, signal(at)),
    }));
    publish(topics.readings(username, station.id), encodeSenml(station.id, readings), false);
  };

  client.on('connect', () => {
    log.info({ username, dropped }, 'connected');
    told = '';
    publish(topics.inventory(username), inventory(settings, [...signals.keys()]), true);
    measure();
  });
  client.on('error', (error) => {
    // The client tries again for ever: once for each new trouble is enough.
    if (error.message !== told) log.warn({ username, err: error }, 'broker not reached');
    told = error.message;
  });
  const timer = setInterval(measure, period_s * 1000);
  return {
    stop: async () => {
      clearInterval(timer);
      await client.endAsync(true);
    },
  };
}

function judged(parameter: ParameterId, value: number | null) {
  if (value === null) return missing('the recording has no value here');
  const digits = parameterOf(parameter).decimals + 1;
  return { value: Number(value.toFixed(digits)), flag: FLAG.good, reason: null };
}

const inventory = (
  { station, period_s }: MqttInstrumentSettings,
  parameters: readonly ParameterId[],
): Inventory => ({
  stations: [{ ...station, parameters: parameters.map((id) => ({ id, period_s })) }],
});
