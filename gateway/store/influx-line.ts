/**
 * Readings as line protocol (InfluxDB 1.x, "Line protocol reference"), times in milliseconds. A line is a reading with
 * all its fields; tags stand sorted by key, as the database keeps them.
 */
import { FLAGS, severityOf } from '../../devices/quality.ts';
import type { StoredReading } from './store.ts';

export const MEASUREMENT = 'reading';

/** Beginnings of lines that are kept; a gateway has fewer series, and beyond it they are made anew. */
const MAX_SERIES = 200_000;

const FLAG_FIELDS = new Map(
  FLAGS.map((flag) => [flag, `flag=${flag}i,severity=${severityOf(flag)}i,received_at=`]),
);

/** In a tag's value comma, equals sign and space are escaped; a backslash stands for itself. */
export const escapeTag = (value: string): string => value.replace(/[,= ]/g, '\\$&');

/** In a string field the quote and the backslash are escaped; all else, line breaks too, stands for itself. */
export const escapeString = (value: string): string => value.replace(/["\\]/g, '\\$&');

export type LineWriter = (readings: readonly StoredReading[]) => string;

export function createLineWriter(): LineWriter {
  const beginnings = new Map<string, Map<string, string>>();
  let count = 0;
  const make = (station: string, parameter: string): string => {
    if (count >= MAX_SERIES) {
      beginnings.clear();
      count = 0;
    }
    const beginning = `${MEASUREMENT},parameter=${escapeTag(parameter)},station=${escapeTag(station)} `;
    const ofStation = beginnings.get(station) ?? new Map<string, string>();
    beginnings.set(station, ofStation.set(parameter, beginning));
    count++;
    return beginning;
  };
  return (readings) => {
    let lines = '';
    for (const { station, parameter, at, value, flag, reason, receivedAt } of readings) {
      lines += beginnings.get(station)?.get(parameter) ?? make(station, parameter);
      // A number without "i" is a float, whole or not: the field keeps one type.
      if (value !== null) lines += `value=${value},`;
      lines += `${FLAG_FIELDS.get(flag)}${receivedAt}i`;
      if (reason !== null) lines += `,reason="${escapeString(reason)}"`;
      lines += ` ${at}\n`;
    }
    return lines;
  };
}
