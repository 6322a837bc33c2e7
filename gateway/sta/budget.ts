/** What one answer may take: beyond it a query is refused with what to ask instead, and while it is made others have their turn. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { wrong } from './fault.ts';

const MOST_ENTITIES = 20_000;
const MOST_SCANNED = 50_000;
/** Steps over links in $filter and $orderby. */
const MOST_STEPS = 100_000;
/** As the store's: after so long what has arrived meanwhile has its turn. */
const TURN_MS = 5;

export interface Budget {
  /** Call it for each entity of the answer. */
  entity(): void;
  /** Call it for each row that a filter is tried on. */
  row(): void;
  /** Call it for each entity that a path of a query leads over. */
  step(): void;
  /** Lets others have their turn when it is time. */
  turn(): Promise<void> | undefined;
}

export function createBudget(): Budget {
  let [entities, rows, steps] = [0, 0, 0];
  let since = performance.now();
  return {
    entity() {
      if (++entities > MOST_ENTITIES)
        throw wrong(
          `the answer would have more than ${MOST_ENTITIES} entities: give a smaller $top, also in $expand`,
        );
    },
    row() {
      if (++rows > MOST_SCANNED)
        throw wrong(
          `$filter: more than ${MOST_SCANNED} Observations would have to be read: narrow phenomenonTime, or name a Datastream`,
        );
    },
    step() {
      if (++steps > MOST_STEPS)
        throw wrong(
          `$filter or $orderby: its paths lead over more than ${MOST_STEPS} entities: ask nearer to them`,
        );
    },
    turn() {
      if (performance.now() - since < TURN_MS) return undefined;
      return nextTurn().then(() => {
        since = performance.now();
      });
    },
  };
}
