/** Joins what the centre knows of edges and tells them to do: health, commands, and their deadlines. */
import type { Logger } from '../../devices/kit/log.ts';
import type { Accounts } from '../accounts.ts';
import type { Audit } from '../audit/audit.ts';
import type { Catalog } from '../catalog.ts';
import type { Ledger } from '../ledger.ts';
import { startRounds } from '../repeating.ts';
import { createEdgeCommands, type EdgeCommands } from './commands.ts';
import { createEdgeHealth, type EdgeHealth } from './health.ts';

export interface EdgeCareParts {
  readonly ledger: Ledger;
  readonly audit: Pick<Audit, 'record'>;
  readonly catalog: Catalog;
  readonly accounts: Pick<Accounts, 'profile'>;
  readonly publish: (topic: string, payload: string) => void;
  readonly now: () => number;
  readonly log: Logger;
}

export interface EdgeCare {
  readonly commands: EdgeCommands;
  readonly health: EdgeHealth;
  /** A status of this edge has come. */
  heard(edge: string): void;
  stop(): Promise<void>;
}

const LOOK_MS = 1000;
const KEEP_MS = 3_600_000;

export function startEdgeCare(parts: EdgeCareParts): EdgeCare {
  const { ledger, catalog, accounts, now, log } = parts;
  const commands = createEdgeCommands({ ...parts, person: accounts.profile });
  const health = createEdgeHealth(ledger, now);

  const looking = startRounds(commands.look, LOOK_MS, (err) =>
    log.error({ err }, 'commands that nobody answered cannot be ended, tried again each second'),
  );
  const keeping = startRounds(
    () => {
      health.thin();
      commands.prune();
    },
    KEEP_MS,
    (err) => log.error({ err }, 'old health and commands cannot be let go'),
  );

  return {
    commands,
    health,
    heard(edge) {
      const known = catalog.edge(edge);
      if (known !== undefined) health.heard(edge, known.status);
    },
    async stop() {
      await Promise.all([looking.stop(), keeping.stop()]);
    },
  };
}
