/** Joins configurations and rollouts with broker and ledger. */
import type { Logger } from '../../devices/kit/log.ts';
import { openProfiles } from '../../devices/kit/profiles.ts';
import { topics } from '../../devices/wire/topics.ts';
import type { Audit } from '../audit/audit.ts';
import type { Ledger } from '../ledger.ts';
import { startRounds } from '../repeating.ts';
import { createEdgeConfigs, type EdgeConfigs } from './config.ts';
import { createRollouts, type Rollouts } from './rollouts.ts';

export interface FleetConfig {
  readonly configs: Omit<EdgeConfigs, 'hear'>;
  readonly rollouts: Omit<Rollouts, 'onState' | 'advance'>;
  /** What an edge tells; a sentence is what is wrong with it. */
  readonly hear: EdgeConfigs['hear'];
  /** The broker is there: tells the edges what waits for them. */
  begin(): void;
  stop(): Promise<void>;
}

export interface FleetConfigParts {
  readonly ledger: Ledger;
  readonly audit: Pick<Audit, 'record'>;
  readonly now: () => number;
  readonly log: Logger;
  publishRetained(topic: string, payload: string): void;
}

const LOOK_EVERY_MS = 1000;

export function startFleetConfig({
  ledger,
  audit,
  now,
  log,
  publishRetained,
}: FleetConfigParts): FleetConfig {
  const configs = createEdgeConfigs({
    ledger,
    profiles: openProfiles(),
    audit,
    now,
    // An empty retained message takes the one before away (MQTT 3.1.1, 3.3.1-10).
    publish: (edge, message) =>
      publishRetained(topics.toEdge(edge, 'config'), message === null ? '' : JSON.stringify(message)),
    onState: (...state) => void rollouts.onState(...state),
  });
  const rollouts = createRollouts({ ledger, configs, now });
  let rounds: readonly { stop(): Promise<void> }[] = [];
  return {
    configs,
    rollouts,
    hear: configs.hear,
    begin() {
      rounds = [
        startRounds(configs.look, LOOK_EVERY_MS, (err) =>
          log.error({ err }, 'configurations that wait cannot be looked after, tried again each second'),
        ),
        startRounds(rollouts.advance, LOOK_EVERY_MS, (err) =>
          log.error({ err }, 'rollouts cannot go on, tried again each second'),
        ),
      ];
    },
    async stop() {
      await Promise.all(rounds.map((round) => round.stop()));
    },
  };
}
