/**
 * Readings that the outbox has lost, by station, point, hour and cause, until the centre knows of them: in reports that
 * stay as they are until they were told, so that each of them counts once.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { ParameterId } from '../../devices/parameter.ts';
import { type Account, type LossCause, MOST_LOSSES } from '../../devices/wire/messages.ts';
import type { Cell } from './contents.ts';

export type LossReport = NonNullable<Account['lost']>;

export interface Losses {
  /** In the transaction that loses them. */
  lose(station: string, cells: Iterable<Cell>, cause: LossCause): void;
  /** The same where the disk has changed what would tell their parameter. */
  loseUnknown(station: string, hour: number, cause: LossCause, readings: number): void;
  /** What is to be told next: the same until it was `told`. Null when there is nothing. No transaction. */
  report(): LossReport | null;
  told(report: LossReport): void;
}

export function createLosses(db: DatabaseSync): Losses {
  const add = db.prepare(
    `INSERT INTO losses VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET readings = readings + excluded.readings`,
  );
  const some = db.prepare(`SELECT * FROM losses ORDER BY station, hour LIMIT ${MOST_LOSSES}`);
  const erase = db.prepare(
    'DELETE FROM losses WHERE station = ? AND hour = ? AND parameter = ? AND cause = ?',
  );
  const sealed = db.prepare('SELECT outbox, number, entries FROM loss_report ORDER BY rowid LIMIT 1');
  const seal = db.prepare(
    `INSERT INTO loss_report SELECT CAST(id.value AS TEXT), number.value, ? FROM counts AS id, counts AS number
       WHERE id.name = 'outbox_id' AND number.name = 'loss_reports'`,
  );
  const nextNumber = db.prepare("UPDATE counts SET value = value + 1 WHERE name = 'loss_reports'");
  const unseal = db.prepare('DELETE FROM loss_report WHERE outbox = ? AND number = ?');

  /** In one transaction: what is in a report is in no later one. */
  function sealNext(): Record<string, unknown> | undefined {
    const rows = some.all();
    if (rows.length === 0) return undefined;
    db.exec('BEGIN IMMEDIATE');
    try {
      for (const { station, hour, parameter, cause } of rows)
        erase.run(String(station), Number(hour), String(parameter), String(cause));
      nextNumber.run();
      const entries = rows.map(({ station, hour, parameter, cause, readings }) => ({
        station: String(station),
        hour: Number(hour),
        parameter: parameter === '' ? null : (String(parameter) as ParameterId),
        cause: String(cause) as LossCause,
        readings: Number(readings),
      }));
      seal.run(JSON.stringify(entries));
      db.exec('COMMIT');
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
    return sealed.get();
  }

  return {
    lose(station, cells, cause) {
      for (const { hour, parameter, readings } of cells) add.run(station, hour, parameter, cause, readings);
    },
    loseUnknown: (station, hour, cause, readings) => void add.run(station, hour, '', cause, readings),
    report() {
      const found = sealed.get() ?? sealNext();
      if (found === undefined) return null;
      return {
        outbox: String(found.outbox),
        number: Number(found.number),
        entries: JSON.parse(String(found.entries)) as LossReport['entries'],
      };
    },
    told: ({ outbox, number }) => void unseal.run(outbox, number),
  };
}
