/** The plans in the ledger: who is told of which alerts, and who next when nobody acknowledges. */
import type { Logger } from '../../devices/kit/log.ts';
import type { AlertAnswer } from '../../devices/wire/api.ts';
import { type Plan, planSchema } from '../../devices/wire/notify.ts';
import { isWorse } from '../alerts/alert.ts';
import { createAudit } from '../audit/audit.ts';
import { difference } from '../audit/content.ts';
import type { Catalog } from '../catalog.ts';
import type { Ledger } from '../ledger.ts';
import { rowReader } from './kept-row.ts';

export const MOST_PLANS = 500;

export interface Plans {
  all(): readonly Plan[];
  get(id: string): Plan | null;
  put(plan: Plan): void;
  /** false: there is none. */
  remove(id: string): boolean;
}

export function createPlans({ db, transaction }: Ledger, log: Logger, now: () => number): Plans {
  const audit = createAudit({ db, transaction }, now);
  const select = db.prepare('SELECT id, body FROM notice_plan ORDER BY id');
  const upsert = db.prepare(
    'INSERT INTO notice_plan VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body',
  );
  const remove = db.prepare('DELETE FROM notice_plan WHERE id = ?');
  const planOf = rowReader(planSchema, 'plan', log);
  /** Asked for with every change of an alert. null: not read since it was changed. */
  let known: readonly Plan[] | null = null;
  const all = (): readonly Plan[] => {
    if (known !== null) return known;
    const plans = select.all().flatMap(({ id, body }) => planOf(String(id), String(body)) ?? []);
    // What a transaction under way has written may be rolled back.
    if (!db.isTransaction) known = plans;
    return plans;
  };
  all();
  const get = (id: string): Plan | null => all().find((plan) => plan.id === id) ?? null;
  return {
    all,
    get,
    put(plan) {
      transaction(() => {
        const before = get(plan.id);
        known = null;
        upsert.run(plan.id, JSON.stringify(plan));
        audit.record({ action: 'plan.put', what: `plans/${plan.id}`, ...difference(before, plan) });
      });
      all();
    },
    remove(id) {
      const removed = transaction(() => {
        const before = get(id);
        known = null;
        const gone = remove.run(id).changes > 0;
        if (gone) audit.record({ action: 'plan.remove', what: `plans/${id}`, before });
        return gone;
      });
      all();
      return removed;
    },
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
