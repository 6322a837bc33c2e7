/**
 * The flows of a flows.json without Node-RED: its nodes `readings`, `limit`, `combine`, `sustain` and `alarm`, stepped with
 * readings by the code that Node-RED runs. Pure.
 */
import type { Place } from '../distance.ts';
import type { Limit } from '../limit.ts';
import { isParameter, type ParameterId } from '../parameter.ts';
import type { Reading } from '../reading.ts';
import { type Alarm, alarmSchema, type Live } from '../wire/messages.ts';
import { CombineSteps } from './combine.ts';
import { LimitSteps } from './limit-steps.ts';
import {
  fitting,
  type LiveReading,
  operatorsOwn,
  type ReadingsConfig,
  readCombine,
  readLimit,
  readSustain,
} from './node-config.ts';
import { SustainSteps } from './sustain.ts';

/** What of a station the nodes look at. */
export interface GraphStation extends Place {
  readonly kind: Live['kind'];
  readonly area: NonNullable<Live['area']>;
}

export interface FlowGraph {
  /** A live reading in, the alarms that come to nodes `alarm` out. */
  step(reading: Reading): Alarm[];
  /** Time passes, epoch ms. */
  tick(at: number): Alarm[];
  /** Parameters that its nodes `readings` let pass; null: any. */
  readonly parameters: readonly ParameterId[] | null;
  /** Nodes that cannot be run without Node-RED: what they do is left out. */
  readonly leftOut: readonly string[];
}

type Node = Readonly<Record<string, unknown>>;

/** Wires that go in a circle end here. */
const MOST_HOPS = 100;
const SILENT_TYPES = ['tab', 'group', 'comment', 'debug'];

/** Takes what is on its way to a node; sends on what comes out of it. */
type Step = (payload: unknown, send: (payload: unknown) => void) => void;
interface Running {
  readonly step: Step;
  readonly tick?: (at: number) => Alarm[];
  /** Readings move its clock, after the alarms that they make. */
  readonly clock?: (reading: Reading) => Alarm[];
}

/** What nodes of ours know of the centre. */
export interface GraphCentre {
  stationOf(id: string): GraphStation | undefined;
  /** The limits that operators have set for a station. */
  limitsOf(station: string): readonly Limit[];
}

/** `flows`: the content of a flows.json. The graph, or the sentence that names the node and what is wrong with it. */
export function readGraph(flows: readonly unknown[], centre: GraphCentre): FlowGraph | string {
  const nodes = flows.filter((node): node is Node => typeof node === 'object' && node !== null);
  const off = new Set(
    nodes.filter(({ type, disabled }) => type === 'tab' && disabled === true).map(({ id }) => id),
  );
  const running = new Map<unknown, Running>();
  const sources: { readonly id: unknown; readonly config: ReadingsConfig }[] = [];
  const leftOut: string[] = [];
  const alarms: Alarm[] = [];
  for (const node of nodes) {
    if (node.d === true || off.has(node.z) || SILENT_TYPES.includes(String(node.type))) continue;
    if (node.type === 'quantrac-readings') {
      const { kind, station, area, parameter } = node as ReadingsConfig;
      const config = { kind, station: station?.trim(), area, parameter } as ReadingsConfig;
      sources.push({ id: node.id, config });
      continue;
    }
    const made = runningOf(node, centre, alarms);
    if (made === null) leftOut.push(nameOf(node));
    else if (typeof made === 'string') return `${nameOf(node)}: ${made}`;
    else running.set(node.id, made);
  }
  if (sources.length === 0) return 'there is no node quantrac-readings';
  const wires = new Map(nodes.map(({ id, wires: own }) => [id, Array.isArray(own) ? own.flat() : []]));

  const sendFrom = (id: unknown, payload: unknown, hops = 0): void => {
    if (hops > MOST_HOPS) return;
    for (const next of wires.get(id) ?? [])
      running.get(next)?.step(payload, (sent) => sendFrom(next, sent, hops + 1));
  };
  const taken = (): Alarm[] => alarms.splice(0);

  return {
    step(reading) {
      const station = centre.stationOf(reading.station);
      if (station === undefined) return [];
      const { kind, area } = station;
      const { parameter, at, value, flag, reason } = reading;
      const live = {
        station: reading.station,
        kind,
        area,
        readings: [{ parameter, unit: '', at, value, flag, reason }],
      };
      for (const { id, config } of sources)
        for (const passing of fitting(config, live)) sendFrom(id, passing satisfies LiveReading);
      for (const [id, { clock }] of running) for (const alarm of clock?.(reading) ?? []) sendFrom(id, alarm);
      return taken();
    },
    tick(at) {
      for (const [id, { tick }] of running) for (const alarm of tick?.(at) ?? []) sendFrom(id, alarm);
      return taken();
    },
    parameters: parametersOf(sources.map(({ config }) => config)),
    leftOut,
  };
}

const nameOf = ({ id, type, name }: Node): string =>
  `node ${String(type)} "${typeof name === 'string' && name !== '' ? name : String(id)}"`;

function parametersOf(configs: readonly ReadingsConfig[]): ParameterId[] | null {
  const parameters = configs.map(({ parameter }) => parameter || null);
  return parameters.includes(null)
    ? null
    : ([...new Set(parameters)].filter((id) => id !== null && isParameter(id)) as ParameterId[]);
}

/** null: it is no node of ours. A sentence: it is, and is set wrong. */
function runningOf(node: Node, centre: GraphCentre, out: Alarm[]): Running | string | null {
  switch (node.type) {
    case 'quantrac-limit': {
      const limit = readLimit(node);
      if (typeof limit === 'string') return limit;
      const steps =
        node.centre === true
          ? new LimitSteps(limit, (station) => operatorsOwn(limit, centre.limitsOf(station)))
          : new LimitSteps(limit);
      return {
        step(payload, send) {
          const outcome = steps.step(payload);
          if (outcome.kind === 'alarm') send(outcome.alarm);
        },
        ...(limit.kind === 'stale' && { tick: (at: number) => steps.tick(at) }),
      };
    }
    case 'quantrac-combine': {
      const rule = readCombine(node);
      if (typeof rule === 'string') return rule;
      const steps = new CombineSteps(rule);
      return {
        step: onAlarm((alarm, send) =>
          steps.step(alarm, centre.stationOf(alarm.station) ?? null).forEach(send),
        ),
        ...(rule.within_s > 0 && { tick: (at: number) => steps.tick(at) }),
      };
    }
    case 'quantrac-sustain': {
      const rule = readSustain(node);
      if (typeof rule === 'string') return rule;
      const steps = new SustainSteps(rule);
      return {
        step: onAlarm((alarm, send) => {
          const passed = steps.step(alarm);
          if (passed !== null) send(passed);
        }),
        clock: (reading) => (steps.isClock(reading.station) ? steps.tick(reading) : []),
      };
    }
    case 'quantrac-alarm':
      return { step: onAlarm((alarm) => void out.push(alarm)) };
    default:
      return null;
  }
}

/** What is no alarm is refused by the node, with a word to the technician: here nobody reads it. */
const onAlarm =
  (take: (alarm: Alarm, send: (payload: unknown) => void) => void): Step =>
  (payload, send) => {
    const result = alarmSchema.safeParse(payload);
    if (result.success) take(result.data, send);
  };
