/** One broker of the edge file with the instruments that publish there. */
import type { Logger } from '../../devices/kit/log.ts';
import type { MqttInstrument } from '../../devices/mqtt-instrument.ts';
import type { Reading } from '../../devices/reading.ts';
import { type EdgeFile, isPolled, type MqttLine } from '../../devices/station.ts';
import { type Clock, every } from '../clock.ts';
import type { RunningLine } from '../line.ts';
import { openConnection } from './connection.ts';
import { decoderOf } from './decoder.ts';
import { createDevice, type Device } from './device.ts';
import { createInbox, type Inbox, type Packet, TOO_LARGE } from './inbox.ts';
import type { Zone } from './message.ts';
import { presenceOf } from './presence.ts';
import { createSparkplugNodes, type SparkplugMember } from './sparkplug-nodes.ts';
import { type PlainInstrument, topicsOf } from './topics.ts';

export interface MqttLineOptions {
  readonly file: EdgeFile;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly onReadings: (readings: readonly Reading[]) => void;
  /** This machine's time zone, for times that come without an offset; the system's when absent. */
  readonly machineZone?: string;
}

const TICK_MS = 250;

export function startMqttLine(line: MqttLine, options: MqttLineOptions): RunningLine {
  const { clock, random, file } = options;
  const log = options.log.child({ line: line.id });
  const stopping = new AbortController();
  const devices: Device[] = [];
  const inboxes: Inbox[] = [];
  /** Who listens to a topic; instruments may share one. */
  const listeners = new Map<string, Array<(packet: Packet) => void>>();
  const members: SparkplugMember[] = [];

  function listen(topic: string, listener: (packet: Packet) => void): void {
    const others = listeners.get(topic);
    if (others) others.push(listener);
    else listeners.set(topic, [listener]);
  }

  function add(station: string, instrument: MqttInstrument): void {
    const source =
      instrument.format === 'sparkplug'
        ? `node ${instrument.group}/${instrument.node}${instrument.device === undefined ? '' : `/${instrument.device}`}`
        : `topic ${topicsOf(instrument).data}`;
    const place = `line ${line.id}, ${source}`;
    const device = createDevice({ ...options, station, instrument, place, log });
    devices.push(device);
    if (instrument.format === 'sparkplug') members.push({ instrument, device });
    else listenTo(instrument, device);
  }

  function listenTo(instrument: PlainInstrument, device: Device): void {
    const { data, status } = topicsOf(instrument);
    const decode = decoderOf(instrument);
    const zone = zoneOf(instrument, line, options.machineZone);
    /** Topics that say that it, or who speaks for it, is offline. */
    const absent = new Set<string>();
    const inbox = createInbox({
      clock,
      tooLarge: () => device.take({ kind: 'malformed', reason: TOO_LARGE }, false),
      leftOut: (messages) => device.flooded(messages),
      take({ topic, payload, retain }) {
        if (topic === data) {
          device.take(decode(payload, { now: clock.now(), zone }), retain);
          return;
        }
        const presence = presenceOf(payload);
        if (presence === 'offline') {
          absent.add(topic);
          device.gone(`it is offline, says ${topic}`);
        }
        // Zigbee2MQTT may be there and its device not.
        if (presence === 'online' && absent.delete(topic) && absent.size === 0) device.present();
      },
    });
    inboxes.push(inbox);
    for (const topic of [data, ...status]) listen(topic, inbox.push);
  }

  for (const station of file.stations) {
    for (const instrument of station.instruments)
      if (!isPolled(instrument) && instrument.line === line.id) add(station.id, instrument);
  }

  const sparkplug = createSparkplugNodes({
    members,
    clock,
    publish: (topic, payload) => connection.publish(topic, payload),
  });
  for (const device of devices) device.lineLost(`not connected yet (line ${line.id})`);

  const connection = openConnection({
    line,
    clientId: `quantrac-${file.id}-${line.id}`,
    topics: [...new Set([...listeners.keys(), ...sparkplug.topics])],
    clock,
    random,
    log,
    onUp: () => {
      for (const device of devices) device.lineBack();
    },
    onDown: (reason) => {
      for (const device of devices) device.lineLost(reason);
    },
    onPacket(packet) {
      for (const listener of listeners.get(packet.topic) ?? []) listener(packet);
      sparkplug.take(packet);
    },
    onRefused: (topic) => log.warn({ topic }, 'broker of the line refuses a subscription'),
    onSubscribed: () => sparkplug.begin(),
  });
  const ticking = every(clock, TICK_MS, stopping.signal, () => {
    for (const inbox of inboxes) inbox.tick();
    for (const device of devices) device.tick();
  });

  return {
    id: line.id,
    // Nobody is polled: the line has no time that could be spent.
    planned: 0,
    state: () => ({
      busyMs: 0,
      skipped: 0,
      units: devices.map((device) => ({ instrument: device.name, error: device.error() })),
    }),
    // What publishes by itself cannot be asked.
    hurry() {},
    // Nothing is asked for here: it comes by itself.
    rescan: () => 0,
    plans: [],
    async stop() {
      stopping.abort();
      await Promise.all([connection.stop(), ticking]);
    },
  };
}

function zoneOf(
  instrument: PlainInstrument,
  line: MqttLine,
  machineZone = Intl.DateTimeFormat().resolvedOptions().timeZone,
): Zone {
  const given = instrument.time_zone ?? line.time_zone;
  return given === undefined ? { name: machineZone, origin: 'assumed' } : { name: given, origin: 'given' };
}
