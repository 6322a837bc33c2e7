/** A recording: a measured series as CSV, one row a time, columns headed `name [unit]`. Pure. */
import { UserFault } from '../kit/fault.ts';

export interface Recording {
  readonly id: string;
  /** Clock time at the place of the measurement, as if it were UTC: a day there is a day in the replay. */
  readonly times: Float64Array;
  /** Distance of two rows, ms; a greater one is a gap. */
  readonly stepMs: number;
  /** Column name without its unit → values; NaN where the recording has none. */
  readonly columns: ReadonlyMap<string, Float64Array>;
}

export function parseRecording(id: string, text: string): Recording {
  const [header = '', ...lines] = text.split(/\r?\n/).filter((line) => line !== '');
  const names = header.split(',').map((name) => name.replace(/ \[.*$/, ''));
  if (names[0] !== 'time' || lines.length < 2) {
    throw new UserFault(`recording "${id}" cannot be replayed: it needs a first column "time" and two rows`);
  }
  const times = new Float64Array(lines.length);
  const columns = names.slice(1).map((name) => [name, new Float64Array(lines.length)] as const);
  for (const [row, line] of lines.entries()) {
    const cells = line.split(',');
    // "2014-06-01T00:00:00+08:00": the offset is left off on purpose.
    times[row] = Date.parse(`${(cells[0] ?? '').slice(0, 19)}Z`);
    for (const [index, [, values]] of columns.entries()) {
      const cell = cells[index + 1] ?? '';
      values[row] = cell === '' ? Number.NaN : Number(cell);
    }
  }
  return { id, times, stepMs: (times[1] ?? 0) - (times[0] ?? 0), columns: new Map(columns) };
}
