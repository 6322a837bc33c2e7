/** Which rule is to be rehearsed: limits, flows of one's own, or the flows that ship. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Limit } from '../../devices/limit.ts';
import { isDerived, type ParameterId } from '../../devices/parameter.ts';
import { type FlowGraph, type GraphCentre, readGraph } from '../../devices/rules/graph.ts';
import { stationLimitsSchema } from '../../devices/wire/messages.ts';
import type { KnownStation } from '../catalog.ts';
import { flowsRule, limitsRule, type Rule } from './rule.ts';
import type { Series } from './stored-readings.ts';

const MOST_NODES = 5000;

export const wantedRuleSchema = z
  .strictObject({
    limits: stationLimitsSchema.optional().describe('in place of all limits of the stations'),
    flows: z.array(z.looseObject({})).max(MOST_NODES).optional().describe('a flows.json of Node-RED'),
    shipped: z.literal(true).optional().describe('the flows that ship with Quantrac'),
  })
  .refine((rule) => Object.values(rule).filter((part) => part !== undefined).length === 1, {
    error: 'must have one of limits, flows and shipped',
  });
export type WantedRule = z.infer<typeof wantedRuleSchema>;

const SHIPPED = join(import.meta.dirname, '../../flows/flows.json');
const shippedFlows = (): readonly unknown[] => JSON.parse(readFileSync(SHIPPED, 'utf8')) as unknown[];

export interface ReadyRule {
  readonly rule: Rule;
  /** The readings that it needs. */
  readonly series: readonly Series[];
  /** Nodes of flows that cannot be rehearsed. */
  readonly leftOut: readonly string[];
}

/** The rule at these stations, or the sentence that says where it is wrong. */
export function readyRule(
  wanted: WantedRule,
  stations: readonly KnownStation[],
  limitsInForce: (station: KnownStation) => readonly Limit[],
): ReadyRule | string {
  if (wanted.limits !== undefined) return readyLimits(wanted.limits, stations);
  const byId = new Map(stations.map((station) => [station.id, station]));
  const centre: GraphCentre = {
    stationOf: (id) => byId.get(id),
    limitsOf(id) {
      const station = byId.get(id);
      return station === undefined ? [] : limitsInForce(station);
    },
  };
  const graph = readGraph(wanted.flows ?? shippedFlows(), centre);
  if (typeof graph === 'string') return `flows: ${graph}`;
  return { rule: flowsRule(graph), series: seriesOfFlows(graph, stations), leftOut: graph.leftOut };
}

function readyLimits(limits: readonly Limit[], stations: readonly KnownStation[]): ReadyRule | string {
  const has = (station: KnownStation, parameter: ParameterId): boolean =>
    station.parameterIds.has(parameter) || isDerived(parameter);
  const index = limits.findIndex(({ parameter }) => !stations.some((station) => has(station, parameter)));
  const lost = limits[index];
  if (lost !== undefined)
    return `limits/${index}/parameter: no instrument of ${stations.map(({ id }) => id).join(', ')} gives ${lost.parameter}`;
  const limited = stations.map((station) => ({
    id: station.id,
    edge: station.edge,
    limits: limits.filter(({ parameter }) => has(station, parameter)),
  }));
  return { rule: limitsRule(limited), series: seriesOf(limited), leftOut: [] };
}

/** The limits in force: what is rehearsed is compared with them. */
export function presentRule(
  stations: readonly KnownStation[],
  limitsInForce: (station: KnownStation) => readonly Limit[],
): ReadyRule {
  const limited = stations.map((station) => ({
    id: station.id,
    edge: station.edge,
    limits: limitsInForce(station),
  }));
  return { rule: limitsRule(limited), series: seriesOf(limited), leftOut: [] };
}

const seriesOf = (stations: readonly { id: string; limits: readonly Limit[] }[]): Series[] =>
  stations.flatMap(({ id, limits }) =>
    [...new Set(limits.map(({ parameter }) => parameter))].map((parameter) => ({ station: id, parameter })),
  );

const seriesOfFlows = ({ parameters }: FlowGraph, stations: readonly KnownStation[]): Series[] =>
  stations.flatMap(({ id, parameterIds }) =>
    (parameters ?? [...parameterIds])
      .filter((parameter) => parameterIds.has(parameter) || isDerived(parameter))
      .map((parameter) => ({ station: id, parameter })),
  );

/** Each series once. */
export const together = (...lists: readonly (readonly Series[])[]): Series[] => [
  ...new Map(lists.flat().map((series) => [`${series.station}/${series.parameter}`, series])).values(),
];
