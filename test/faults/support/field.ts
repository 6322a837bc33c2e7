/**
 * The field: weather stations (Sokol-M) that remember what they have told. Each answer has an air temperature that no
 * other answer of its station has; the wind is what the test says, and crosses a limit when the test wants.
 */
import type { Socket } from 'node:net';
import { startFrames } from '../../../edge/rig.ts';

/** One answered request. */
export interface Served {
  readonly station: string;
  /** Its air temperature, °C. */
  readonly temperature: number;
  /** When, epoch ms. */
  readonly at: number;
}

export interface Field {
  readonly port: number;
  readonly served: Served[];
  /** m/s, from the next answer on. */
  wind(station: string, speed: number): void;
  close(): Promise<void>;
}

/** Points of a Sokol-M: all come with one request, holding registers 3 to 7. */
export const POINTS = [
  'air_temperature',
  'pressure',
  'relative_humidity',
  'wind_speed',
  'wind_direction',
] as const;

const FIRST_REGISTER = 3;
/** Temperatures from 0 to 59.99 °C, then from the beginning. */
const DIFFERENT = 6000;

/** `stations` by unit, from 1 on. `now` is the clock of the edge that asks. */
export async function startField(stations: readonly string[], now: () => number = Date.now): Promise<Field> {
  const served: Served[] = [];
  const winds = new Map<string, number>();
  const answers = new Map<string, number>();

  function answer(frame: Buffer, socket: Socket): void {
    const unit = frame.readUInt8(6);
    const [address, count] = [frame.readUInt16BE(8), frame.readUInt16BE(10)];
    const station = stations[unit - 1];
    if (station === undefined) return;
    const number = answers.get(station) ?? 0;
    answers.set(station, number + 1);
    const hundredths = number % DIFFERENT;
    const registers = [
      hundredths,
      9500 + (number % 1000),
      number % 100,
      (winds.get(station) ?? 0) * 100,
      number % 360,
    ];
    const reply = Buffer.alloc(9 + 2 * count);
    frame.copy(reply, 0, 0, 8);
    reply.writeUInt16BE(3 + 2 * count, 4);
    reply.writeUInt8(2 * count, 8);
    for (let index = 0; index < count; index++)
      reply.writeUInt16BE(registers[address - FIRST_REGISTER + index] ?? 0, 9 + 2 * index);
    served.push({ station, temperature: hundredths / 100, at: now() });
    socket.write(reply);
  }

  const frames = await startFrames(answer);
  return {
    port: frames.port,
    served,
    wind: (station, speed) => winds.set(station, speed),
    close: frames.close,
  };
}

/** A limit for each m/s from 1 to `steps`: a wind of 7 m/s has crossed seven of them, and each is an alert of its own. */
export const windLimits = (steps: number) =>
  Array.from({ length: steps }, (_, index) => ({
    name: `wind-${index + 1}`,
    parameter: 'wind_speed',
    kind: 'high',
    raise: index + 0.5,
    level: 'warning',
  }));

/** The field's part of an edge file: its line, and a station for each unit. */
export const fieldFile = (field: Field, stations: readonly string[], periodS: number, steps: number) => ({
  lines: [{ id: 'bus', mode: 'tcp', host: '127.0.0.1', port: field.port }],
  stations: stations.map((id, index) => ({
    id,
    kind: 'fire',
    name: { vi: `Chốt ${id}`, en: `Post ${id}` },
    area: { vi: 'Đông Giang', en: 'Dong Giang' },
    latitude: 15.93,
    longitude: 107.63,
    instruments: [
      {
        id: 'weather',
        profile: 'sokol-m',
        line: 'bus',
        unit: index + 1,
        period_s: periodS,
        // Its values say which answer they came with, not what the weather is like.
        quality: Object.fromEntries(
          POINTS.map((point) => [point, { spike: 'off', rate_per_min: 'off', flat: 'off' }]),
        ),
      },
    ],
    limits: windLimits(steps),
  })),
});
