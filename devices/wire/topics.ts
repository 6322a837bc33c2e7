/** Every MQTT topic of the product, built and parsed in this one place. */

const ROOT = 'quantrac/v1';

export const topics = {
  readings: (edge: string, station: string) => `${ROOT}/${edge}/${station}/readings`,
  backlog: (edge: string, station: string) => `${ROOT}/${edge}/${station}/backlog`,
  alarms: (edge: string, station: string) => `${ROOT}/${edge}/${station}/alarms`,
  inventory: (edge: string) => `${ROOT}/${edge}/inventory`,
  status: (edge: string) => `${ROOT}/${edge}/status`,
  account: (edge: string) => `${ROOT}/${edge}/account`,
  live: (station: string) => `${ROOT}/live/${station}`,
  liveAll: `${ROOT}/live/+`,
  limits: (station: string) => `${ROOT}/limits/${station}`,
  limitsAll: `${ROOT}/limits/+`,
  sirens: (station: string) => `${ROOT}/sirens/${station}`,
  /** What an edge says of itself: answers to commands, the configuration in force, a wish for a new certificate, its signed head. */
  ofEdge: (edge: string, kind: EdgeTopic) => `${ROOT}/${edge}/${kind}`,
  /** What the centre says to one edge. */
  toEdge: (edge: string, kind: CentreTopic) => `${ROOT}/edges/${edge}/${kind}`,
  flowsAlarms: (station: string) => `${ROOT}/flows/${station}/alarms`,
  flowsStatus: `${ROOT}/flows/status`,
  /** OGC SensorThings 1.1 (18-088, section 14.2): the path of the collection below the root of the service. */
  observations: 'v1.1/Observations',
  observationsOf: (datastream: string) => `v1.1/Datastreams('${datastream}')/Observations`,
} as const;

/** The station and parameter whose Observations a topic of SensorThings tells; null when it is none. */
export function datastreamOfTopic(
  topic: string,
): { readonly station: string; readonly parameter: string } | null {
  const [, station, parameter] =
    /^v1\.1\/Datastreams\('([a-z0-9-]+):([a-z0-9_]+)'\)\/Observations$/.exec(topic) ?? [];
  return station === undefined || parameter === undefined ? null : { station, parameter };
}

/** Second levels and reporters with a meaning of their own: no edge may take one as its name. */
export const RESERVED_NAMES: readonly string[] = ['live', 'flows', 'limits', 'sirens', 'edges', 'gateway'];

export type StationTopic = 'readings' | 'backlog' | 'alarms';

const EDGE_TOPICS = ['inventory', 'status', 'account', 'answers', 'config', 'renewal', 'seal'] as const;
export type EdgeTopic = (typeof EDGE_TOPICS)[number];

/** `commands`: one after the other. `config`: retained, what the edge is to run. `certificate`: the answer to its renewal. */
export const CENTRE_TOPICS = ['commands', 'config', 'certificate'] as const;
export type CentreTopic = (typeof CENTRE_TOPICS)[number];

export type ParsedTopic =
  | { readonly kind: StationTopic; readonly edge: string; readonly station: string }
  | { readonly kind: EdgeTopic; readonly edge: string }
  | { readonly kind: 'to-edge'; readonly edge: string; readonly what: CentreTopic }
  | { readonly kind: 'flows-alarms'; readonly station: string }
  | { readonly kind: 'flows-status' }
  | { readonly kind: 'live'; readonly station: string }
  | { readonly kind: 'limits'; readonly station: string }
  | { readonly kind: 'sirens'; readonly station: string };

/** What a topic means, or null when it is none of ours. */
export function parseTopic(topic: string): ParsedTopic | null {
  if (!topic.startsWith(`${ROOT}/`)) return null;
  const parts = topic.slice(ROOT.length + 1).split('/');
  const [first, second, third] = parts;
  if (parts.some((part) => part === '') || first === undefined || second === undefined) return null;
  if (first === 'live' || first === 'limits' || first === 'sirens')
    return parts.length === 2 ? { kind: first, station: second } : null;
  if (first === 'edges') {
    const what = CENTRE_TOPICS.find((name) => name === third);
    return parts.length === 3 && what !== undefined ? { kind: 'to-edge', edge: second, what } : null;
  }
  if (first === 'flows') {
    if (parts.length === 2 && second === 'status') return { kind: 'flows-status' };
    return parts.length === 3 && third === 'alarms' ? { kind: 'flows-alarms', station: second } : null;
  }
  if (RESERVED_NAMES.includes(first)) return null;
  if (parts.length === 2) {
    const kind = EDGE_TOPICS.find((name) => name === second);
    return kind === undefined ? null : { kind, edge: first };
  }
  if (parts.length !== 3) return null;
  return third === 'readings' || third === 'backlog' || third === 'alarms'
    ? { kind: third, edge: first, station: second }
    : null;
}
