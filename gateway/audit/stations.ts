/**
 * What edges announce of their stations, in the audit log: a new one, one that is gone, another place, area, name, parameter or
 * limit of the edge's file. An inventory that says the same again is no change.
 */
import type { InventoryStation } from '../../devices/wire/messages.ts';
import { limitKey } from '../../devices/wire/messages.ts';
import { withActor } from '../actor.ts';
import type { Audit } from './audit.ts';
import { difference } from './content.ts';

export interface StationChanges {
  /** Within the transaction that takes them over. null: it was not there, or is not any more. */
  tell(edge: string, before: InventoryStation | null, after: InventoryStation | null): void;
}

const HOUR_MS = 3_600_000;
/** Of one edge in an hour: one that announces something else every second must not fill what is kept for ever. */
const MOST_AN_HOUR = 1000;

export function createStationChanges(audit: Pick<Audit, 'record'>, now: () => number): StationChanges {
  const told = new Map<string, { readonly hour: number; readonly count: number }>();

  /** How many of this edge in this hour, with this one. */
  const countOf = (edge: string): number => {
    const hour = Math.floor(now() / HOUR_MS);
    const before = told.get(edge);
    const count = (before?.hour === hour ? before.count : 0) + 1;
    told.set(edge, { hour, count });
    return count;
  };

  return {
    tell(edge, before, after) {
      const station = after ?? before;
      const sides = difference(before && flat(before), after && flat(after));
      if (station === null || Object.keys(sides.after ?? sides.before ?? {}).length === 0) return;
      const count = countOf(edge);
      if (count > MOST_AN_HOUR + 1) return;
      withActor({ name: edge, from: 'edge' }, () =>
        audit.record(
          count > MOST_AN_HOUR
            ? {
                action: 'station.untold',
                what: `edges/${edge}`,
                reason: `it changed stations ${MOST_AN_HOUR} times in this hour: more of this hour are not told`,
              }
            : {
                action: before === null ? 'station.new' : after === null ? 'station.gone' : 'station.change',
                what: `stations/${station.id}`,
                area: station.area.vi,
                ...sides,
              },
        ),
      );
    },
  };
}

/** One field for each parameter and limit, so that only those that changed are told. As JSON has it, which is what is kept. */
function flat({ parameters, limits = [], ...station }: InventoryStation): Readonly<Record<string, unknown>> {
  const { edge: _edge, parameterIds: _ids, ...announced } = station as Partial<Record<string, unknown>>;
  return JSON.parse(
    JSON.stringify({
      ...announced,
      ...Object.fromEntries(parameters.map((parameter) => [`parameter ${parameter.id}`, parameter])),
      ...Object.fromEntries(limits.map((limit) => [`limit ${limitKey(limit)}`, limit])),
    }),
  );
}
