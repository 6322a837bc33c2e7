/** Publishes of one client, made before a run: while it goes only packet id and base time are written into a copy. */
import { encodeSenml } from '../../../devices/wire/senml.ts';
import { topics } from '../../../devices/wire/topics.ts';
import { type Publish, publishPacket } from './mqtt-packets.ts';
import { createWalk, WALKED } from './walks.ts';

export interface Shape {
  readonly topic: 'readings' | 'backlog';
  /** Of one client. A payload carries one of them, by turns. */
  readonly stations: number;
  readonly parameters: number;
  /** Times of each parameter in a payload, and how far they are apart. */
  readonly times: number;
  readonly stepMs: number;
  /** How long ago the first reading of a payload is; more recent when its station's last payload goes beyond that. */
  readonly agoMs: number;
  /** Payloads made for each station; then their values come again, with other times. */
  readonly variants: number;
}

export const recordsOf = ({ parameters, times }: Pick<Shape, 'parameters' | 'times'>): number =>
  parameters * times;
export const parametersOf = (count: number) => WALKED.slice(0, count);
export const stationsOf = (client: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${client}-s${index}`);

/** Retained: without it the gateway knows none of the stations. */
export const inventoryPacket = (client: string, { stations, parameters }: Shape): Publish =>
  publishPacket(
    topics.inventory(client),
    JSON.stringify({
      stations: stationsOf(client, stations).map((id) => ({
        id,
        kind: 'air',
        name: { vi: `Trạm ${id}`, en: `Station ${id}` },
        area: { vi: 'Đà Nẵng', en: 'Da Nang' },
        latitude: 16.06,
        longitude: 108.21,
        parameters: parametersOf(parameters).map((parameter) => ({ id: parameter, period_s: 60 })),
      })),
    }),
    true,
  );

/** A moment in milliseconds has as many characters today and in the next two hundred years. */
const BASE_TIME = 1_700_000_000_123;
const BASE_TEXT = (BASE_TIME / 1000).toFixed(3);
/** Readings beyond it are refused by the gateway. */
const MOST_AHEAD_MS = 4 * 60_000;

interface Prepared extends Publish {
  readonly station: number;
  /** Where the base time is. */
  readonly timeAt: number;
}

export interface Stamped {
  readonly bytes: Buffer;
  /** Index of the station whose readings it carries. */
  readonly station: number;
}

/** Answers the next publish with this packet id; no reading of it has been in another one. */
export function preparePublishes(client: string, seed: number, shape: Shape): (id: number) => Stamped {
  const walk = createWalk(seed);
  const names = stationsOf(client, shape.stations);
  const parameters = parametersOf(shape.parameters);
  const prepared: Prepared[] = [];
  for (let variant = 0; variant < shape.variants; variant++) {
    for (const [station, name] of names.entries()) {
      const readings = Array.from({ length: shape.times }, (_, time) =>
        parameters.map((parameter) => walk(name, parameter, BASE_TIME + time * shape.stepMs)),
      );
      const payload = JSON.stringify(encodeSenml(name, readings.flat()));
      const publish = publishPacket(topics[shape.topic](client, name), payload);
      const timeAt = publish.bytes.indexOf(BASE_TEXT, publish.payloadAt, 'latin1');
      if (timeAt < 0) throw new Error('a payload has no base time to write another one over');
      prepared.push({ ...publish, station, timeAt });
    }
  }
  const nextAt = names.map(() => 0);
  let turn = 0;
  return (id) => {
    const { bytes: made, idAt, timeAt, station } = prepared[turn++ % prepared.length] as Prepared;
    const now = Date.now();
    const at = Math.max(nextAt[station] ?? 0, now - shape.agoMs);
    nextAt[station] = at + shape.times * shape.stepMs;
    if (at > now + MOST_AHEAD_MS)
      throw new Error(
        `${client} has sent readings of the next four minutes already: more stations or smaller steps`,
      );
    const bytes = Buffer.allocUnsafe(made.length);
    made.copy(bytes);
    bytes.writeUInt16BE(id, idAt);
    bytes.write((at / 1000).toFixed(3), timeAt, 'latin1');
    return { bytes, station };
  };
}
