/** Joins configurations and rollouts with broker and ledger. */
import type { Logger } from '../../devices/kit/log.ts';
import { openProfiles } from '../../devices/kit/profiles.ts';
import type { ConfigReport } from '../../devices/wire/fleet.ts';
import { topics } from '../../devices/wire/topics.ts';
import type { Audit } from '../audit/audit.ts';
import type { Ledger } from '../ledger.ts';
import { createEdgeConfigs, type EdgeConfigs } from './config.ts';
import { createRollouts, type Rollouts } from './rollouts.ts';

export interface FleetConfig {
  readonly configs: Omit<EdgeConfigs, 'hear'>;
  readonly rollouts: Omit<Rollouts, 'onState' | 'advance'>;
  /** What an edge tells; a sentence is what is wrong with it. */
  hear(edge: string, report: ConfigReport): string | undefined;
  /** The broker is there: tells the edges what waits for them. */
  begin(): void;
  stop(): void;
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
  let refused = false;
  /** A disk that refuses ends neither the rounds nor the start. */
  const look = (): void => {
    try {
      configs.look();
      rollouts.advance();
      refused = false;
    } catch (err) {
      if (!refused)
        log.error({ err }, 'configurations that wait cannot be looked after, tried again each second');
      refused = true;
    }
  };
  let timer: NodeJS.Timeout | undefined;
  return {
    configs,
    rollouts,
    hear(edge, report) {
      const fault = configs.hear(edge, report);
      rollouts.advance();
      return fault;
    },
    begin() {
      configs.publishAll();
      look();
      timer = setInterval(look, LOOK_EVERY_MS);
      timer.unref();
    },
    stop: () => clearInterval(timer),
  };
}
