/**
 * The unit in which a parameter's readings are stored, fixed when the first of them is accepted. Payloads are converted
 * to the parameter's unit before this, so all series of a parameter share it; it differs only when another version of
 * Quantrac gives the parameter another unit, and then old and new numbers must not stand in one series.
 */
import type { ParameterId } from '../devices/parameter.ts';
import type { Ledger } from './ledger.ts';

export interface UnitLock {
  /** Why a reading in this unit may not be stored, or null; the first unit of a parameter is kept. */
  fault(parameter: ParameterId, unit: string): string | null;
}

export function createUnitLock({ db }: Pick<Ledger, 'db'>): UnitLock {
  const insert = db.prepare('INSERT OR IGNORE INTO unit_lock VALUES (?, ?)');
  const units = new Map<string, string>();
  for (const row of db.prepare('SELECT parameter, unit FROM unit_lock').all()) {
    units.set(String(row.parameter), String(row.unit));
  }
  return {
    fault(parameter, unit) {
      const locked = units.get(parameter);
      if (locked === unit) return null;
      if (locked !== undefined)
        return `${parameter} is stored in ${locked}, and this version has it in ${unit}: its old readings must be converted first`;
      insert.run(parameter, unit);
      units.set(parameter, unit);
      return null;
    },
  };
}
