/** What is rehearsed: a rule that steps readings as edge and flows do, and says what they would report. */
import type { Limit } from '../../devices/limit.ts';
import type { Reading } from '../../devices/reading.ts';
import type { FlowGraph } from '../../devices/rules/graph.ts';
import { createAlarms } from '../../devices/rules/station-alarms.ts';
import type { Alarm } from '../../devices/wire/messages.ts';

export interface Told {
  readonly alarm: Alarm;
  /** The edge, or flows. */
  readonly reporter: string;
}

export interface Rule {
  /** `live`: it came at once; what comes late is no business of flows. */
  step(reading: Reading, live: boolean): readonly Told[];
  /** Time passes: what has become true because nothing came. */
  tick(at: number): readonly Told[];
  /** Whether `tick` is of any use to it. */
  readonly ticks: boolean;
}

export interface LimitedStation {
  readonly id: string;
  readonly edge: string;
  readonly limits: readonly Limit[];
}

/** The limits of stations, as their edges step them. */
export function limitsRule(stations: readonly LimitedStation[]): Rule {
  const alarmsOf = new Map(
    stations.map(({ id, edge, limits }) => [id, { edge, alarms: createAlarms(id, limits) }]),
  );
  return {
    step(reading) {
      const station = alarmsOf.get(reading.station);
      if (station === undefined) return [];
      return station.alarms.step([reading]).map((alarm) => ({ alarm, reporter: station.edge }));
    },
    tick: (at) =>
      [...alarmsOf.values()].flatMap(({ edge, alarms }) =>
        alarms.tick(at).map((alarm) => ({ alarm, reporter: edge })),
      ),
    ticks: stations.some(({ limits }) => limits.some(({ kind }) => kind === 'stale')),
  };
}

/** Flows, as Node-RED runs them. */
export const flowsRule = (graph: FlowGraph): Rule => ({
  step: (reading, live) => (live ? graph.step(reading).map(byFlows) : []),
  tick: (at) => graph.tick(at).map(byFlows),
  ticks: true,
});

const byFlows = (alarm: Alarm): Told => ({ alarm, reporter: 'flows' });
