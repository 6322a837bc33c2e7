/** The plans in the ledger: who is told of which alerts, and who next when nobody acknowledges. */
import type { AlertAnswer } from '../../devices/wire/api.ts';
import { type Plan, planSchema } from '../../devices/wire/notify.ts';
import { isWorse } from '../alerts/alert.ts';
import type { Catalog } from '../catalog.ts';
import type { Ledger } from '../ledger.ts';

export const MOST_PLANS = 500;

export interface Plans {
  all(): readonly Plan[];
  get(id: string): Plan | null;
  put(plan: Plan): void;
  /** false: there is none. */
  remove(id: string): boolean;
}

export function createPlans({ db }: Ledger): Plans {
  const upsert = db.prepare(
    'INSERT INTO notice_plan VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body',
  );
  const remove = db.prepare('DELETE FROM notice_plan WHERE id = ?');
  const read = (): Plan[] =>
    db
      .prepare('SELECT body FROM notice_plan ORDER BY id')
      .all()
      .map(({ body }) => planSchema.parse(JSON.parse(String(body))));
  /** Asked for with every change of an alert. */
  let known: readonly Plan[] = read();
  const change = <T>(work: () => T): T => {
    const result = work();
    known = read();
    return result;
  };
  return {
    all: () => known,
    get: (id) => known.find((plan) => plan.id === id) ?? null,
    put: (plan) => void change(() => upsert.run(plan.id, JSON.stringify(plan))),
    remove: (id) => change(() => remove.run(id).changes > 0),
  };
}

/** What is about an edge or the flows has no station: only a plan that names no place and no kind is about it. */
export function planFits(
  { areas, stations, kinds, least_level }: Plan,
  { station, level }: Pick<AlertAnswer, 'station' | 'level'>,
  catalog: Pick<Catalog, 'get'>,
): boolean {
  if (isWorse(least_level, level)) return false;
  const known = catalog.get(station);
  return (
    (stations === undefined || stations.includes(station)) &&
    (areas === undefined || (known !== undefined && areas.includes(known.area.vi))) &&
    (kinds === undefined || (known !== undefined && kinds.includes(known.kind)))
  );
}
