/** The functions of $filter (18-088, section 9.3.3.5.2) that are answered. A function of what it cannot take is null. */
import { isWithin, type Position } from './wkt.ts';

interface Callable {
  /** Numbers of values. */
  readonly takes: readonly number[];
  run(...values: readonly unknown[]): unknown;
}

const onText = (run: (...texts: string[]) => unknown, takes = run.length): Callable => ({
  takes: [takes],
  run: (...values) => (values.every((value) => typeof value === 'string') ? run(...values) : null),
});

const onNumber = (run: (value: number) => number): Callable => ({
  takes: [1],
  run: (value) => (typeof value === 'number' ? run(value) : null),
});

/** Of a time as it is in UTC. */
const onTime = (run: (time: Date) => unknown): Callable => ({
  takes: [1],
  run(value) {
    const at = millisOf(value);
    return Number.isNaN(at) ? null : run(new Date(at));
  },
});

/** Stations are points: they are within an area or meet it alike. */
const within: Callable = {
  takes: [2],
  run(point, area) {
    const [a, b] = [point as Partial<Geometry> | null, area as Partial<Geometry> | null];
    if (a?.type !== 'Point' || b?.type !== 'Polygon') return null;
    return isWithin(a.coordinates as Position, b.coordinates as readonly (readonly Position[])[]);
  },
};

interface Geometry {
  readonly type: string;
  readonly coordinates: unknown;
}

export const FUNCTIONS: Readonly<Record<string, Callable>> = {
  substringof: onText((part, text) => text?.includes(part ?? '')),
  startswith: onText((text, start) => text?.startsWith(start ?? '')),
  endswith: onText((text, end) => text?.endsWith(end ?? '')),
  indexof: onText((text, part) => text?.indexOf(part ?? '')),
  concat: onText((first, second) => `${first}${second}`),
  length: onText((text) => text?.length),
  tolower: onText((text) => text?.toLowerCase()),
  toupper: onText((text) => text?.toUpperCase()),
  trim: onText((text) => text?.trim()),
  substring: {
    takes: [2, 3],
    run: (text, from, count) =>
      typeof text === 'string' && typeof from === 'number'
        ? text.slice(from, typeof count === 'number' ? from + count : undefined)
        : null,
  },
  round: onNumber(Math.round),
  floor: onNumber(Math.floor),
  ceiling: onNumber(Math.ceil),
  year: onTime((time) => time.getUTCFullYear()),
  month: onTime((time) => time.getUTCMonth() + 1),
  day: onTime((time) => time.getUTCDate()),
  hour: onTime((time) => time.getUTCHours()),
  minute: onTime((time) => time.getUTCMinutes()),
  second: onTime((time) => time.getUTCSeconds()),
  now: { takes: [0], run: () => new Date() },
  st_within: within,
  st_intersects: within,
  'geo.intersects': within,
};

/** Epoch ms of a time, of an interval `from/to` its end; NaN of what is none. */
export function millisOf(value: unknown): number {
  if (value instanceof Date) return value.getTime();
  if (typeof value !== 'string') return Number.NaN;
  return Date.parse(value.slice(value.indexOf('/') + 1));
}
