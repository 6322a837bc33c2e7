/** Times as messages write them: with an offset, as local time, as seconds or milliseconds. Pure. */
import type { Stamp, Zone } from './message.ts';

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(Z|[+-]\d\d(?::?\d\d)?)?$/i;

/** null when it is no time. */
export function parseStamp(raw: unknown, zone: Zone): Stamp | null {
  if (typeof raw === 'number') return fromNumber(raw);
  if (typeof raw !== 'string' || raw.length > 64) return null;
  const text = raw.trim();
  if (/^\d{9,19}(\.\d+)?$/.test(text)) return fromNumber(Number(text));
  const match = ISO.exec(text);
  if (!match) return null;
  const [, year, month, day, hour, minute, second = '0', fraction = '', offset] = match;
  const at =
    Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) +
    Number(fraction.padEnd(3, '0').slice(0, 3));
  if (!isDate(at, Number(month), Number(day), Number(hour))) return null;
  if (offset === undefined) return { at: fromLocal(at, zone.name), present: zone.origin === 'assumed' };
  return { at: at - offsetMs(offset), present: false };
}

/** Date.UTC turns 31 February into March. */
const isDate = (at: number, month: number, day: number, hour: number): boolean => {
  const date = new Date(at);
  return date.getUTCMonth() + 1 === month && date.getUTCDate() === day && date.getUTCHours() === hour;
};

/** Seconds, milliseconds, micro- or nanoseconds since 1970: of our century each has its own size. */
function fromNumber(raw: number): Stamp | null {
  if (!Number.isFinite(raw) || raw < 1e8) return null;
  const ms = raw < 1e11 ? raw * 1000 : raw < 1e14 ? raw : raw < 1e17 ? raw / 1000 : raw / 1_000_000;
  return { at: Math.round(ms), present: false };
}

function offsetMs(text: string): number {
  if (text.toUpperCase() === 'Z') return 0;
  const digits = text.replace(/\D/g, '').padEnd(4, '0');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2, 4));
  return (text.startsWith('-') ? -minutes : minutes) * 60_000;
}

/** Twice, because the first guess may lie on the other side of a change to summer time. */
function fromLocal(wall: number, zone: string): number {
  const guess = wall - zoneOffset(zone, wall);
  return wall - zoneOffset(zone, guess);
}

/** Making a format is dear, and there are only as many as the edge file names. */
const formats = new Map<string, Intl.DateTimeFormat>();

function zoneOffset(zone: string, at: number): number {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(zone, format);
  }
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
}
