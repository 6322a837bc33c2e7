/** What is rehearsed: a rule that steps readings as edge and flows do, and says what they would report. */
import {
  initialLimitState,
  type Limit,
  type LimitState,
  type LimitStep,
  stepLimit,
  tickLimit,
} from '../../devices/limit.ts';
import type { ParameterId } from '../../devices/parameter.ts';
import type { Reading } from '../../devices/reading.ts';
import type { FlowGraph } from '../../devices/rules/graph.ts';
import { alarmOf } from '../../devices/wire/limit-alarm.ts';
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
  interface Entry {
    readonly station: LimitedStation;
    readonly limit: Limit;
    state: LimitState;
  }
  const entries = stations.flatMap((station) =>
    station.limits.map((limit): Entry => ({ station, limit, state: initialLimitState })),
  );
  const ofSeries = Map.groupBy(entries, ({ station, limit }) => seriesKey(station.id, limit.parameter));
  const stale = entries.filter(({ limit }) => limit.kind === 'stale');

  const after = (entry: Entry, step: LimitStep): Told[] => {
    entry.state = step.state;
    if (step.kind !== 'raised' && step.kind !== 'cleared') return [];
    return [{ alarm: alarmOf(entry.station.id, entry.limit, step), reporter: entry.station.edge }];
  };
  return {
    step: (reading) =>
      (ofSeries.get(seriesKey(reading.station, reading.parameter)) ?? []).flatMap((entry) =>
        after(entry, stepLimit(entry.limit, entry.state, reading)),
      ),
    tick: (at) => stale.flatMap((entry) => after(entry, tickLimit(entry.limit, entry.state, at))),
    ticks: stale.length > 0,
  };
}

const seriesKey = (station: string, parameter: ParameterId): string => `${station}/${parameter}`;

/** Flows, as Node-RED runs them. */
export const flowsRule = (graph: FlowGraph): Rule => ({
  step: (reading, live) => (live ? graph.step(reading).map(byFlows) : []),
  tick: (at) => graph.tick(at).map(byFlows),
  ticks: true,
});

const byFlows = (alarm: Alarm): Told => ({ alarm, reporter: 'flows' });
