/** Who may do what, in one place: at the broker by topic, over HTTP by role. */
import { isParameter } from '../devices/parameter.ts';
import { ROLES, type Role } from '../devices/wire/api.ts';
import { datastreamOfTopic, parseTopic, topics } from '../devices/wire/topics.ts';
import type { Account } from './accounts.ts';

/** An edge publishes under its own name only; flows publish their alarms and their heartbeat. */
export function mayPublish(account: Account, topic: string): boolean {
  const parsed = parseTopic(topic);
  if (parsed === null) return false;
  switch (parsed.kind) {
    case 'readings':
    case 'backlog':
    case 'alarms':
    case 'inventory':
    case 'status':
    case 'account':
      return account.kind === 'edge' && parsed.edge === account.name;
    case 'flows-alarms':
    case 'flows-status':
      return account.kind === 'flows';
    case 'live':
    case 'limits':
    case 'sirens':
      return false;
  }
}

/**
 * Flows hear live readings and the limits of all stations, an edge the limits of its own ones and what its sirens are to do, a
 * subscriber Observations of SensorThings. Nothing else is told to anybody, and a wider filter is no way round it. `edgeOf` says whose a station is.
 */
export function maySubscribe(
  account: Account,
  filter: string,
  edgeOf: (station: string) => string | undefined,
): boolean {
  if (account.kind === 'subscriber') return isObservations(filter, edgeOf);
  if (account.kind === 'flows' && (filter === topics.liveAll || filter === topics.limitsAll)) return true;
  const parsed = parseTopic(filter);
  if (account.kind === 'flows') return parsed?.kind === 'live' || parsed?.kind === 'limits';
  const isForEdges = parsed?.kind === 'limits' || parsed?.kind === 'sirens';
  return isForEdges && edgeOf(parsed.station) === account.name;
}

/** The Observations of all Datastreams, or of one whose station is known. */
function isObservations(filter: string, edgeOf: (station: string) => string | undefined): boolean {
  if (filter === topics.observations) return true;
  const datastream = datastreamOfTopic(filter);
  return datastream !== null && isParameter(datastream.parameter) && edgeOf(datastream.station) !== undefined;
}

/**
 * A client id may not be another account's name: a second connection with the same id ends the first one
 * (MQTT 3.1.1, 3.1.4-2), so it would let one account throw another out.
 */
export const mayUseClientId = (
  account: Account,
  clientId: string,
  isAccount: (name: string) => boolean,
): boolean => clientId === account.name || !isAccount(clientId);

/** Roles are ranked: each may do what those before it may. */
export const roleIncludes = (role: Role, needed: Role): boolean =>
  ROLES.indexOf(role) >= ROLES.indexOf(needed);
