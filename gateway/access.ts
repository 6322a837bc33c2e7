/** Who may do what: the rows of gateway/access/ and what decides by them, at the broker by topic, over HTTP by role and place. */
import { isParameter } from '../devices/parameter.ts';
import { ROLES, type Role, type Session } from '../devices/wire/api.ts';
import { datastreamOfTopic, type ParsedTopic, parseTopic, topics } from '../devices/wire/topics.ts';
import type { HttpRow } from './access/http-rows.ts';
import { MQTT_ROWS, type MqttRow, type TopicKind, type Whose } from './access/mqtt-rows.ts';
import type { Account } from './accounts.ts';
import { Problem } from './api/problem.ts';

/** Roles are ranked: each may do what those before it may. */
export const roleIncludes = (role: Role, needed: Role): boolean =>
  ROLES.indexOf(role) >= ROLES.indexOf(needed);

/** What the caller showed: the cookie of a login, or an API token. */
export type Proof = 'session' | 'token';

/**
 * Why a call is refused; null: it may go on. Where a row says `station`, what it is about is narrowed by the route
 * (gateway/scope.ts), because only that knows which stations a call names.
 */
export function decide(
  session: Session | null,
  proof: Proof,
  row: Omit<HttpRow, 'name' | 'what'>,
): Problem | null {
  if (row.role === 'nobody') return null;
  if (session === null) return new Problem(401, 'log in or send a bearer token');
  if (!roleIncludes(session.role, row.role))
    return new Problem(403, `this needs the role ${row.role}, and ${session.name} is ${session.role}`);
  if (row.by === 'session' && proof !== 'session')
    return new Problem(403, 'this needs a login in the browser: an API token is not enough');
  if (row.where === 'province' && session.areas !== null)
    return new Problem(403, `this is about the whole province, and ${session.name} is limited to areas`);
  return null;
}

type EdgeOf = (station: string) => string | undefined;

const rowsFor = (account: Account, may: MqttRow['may'], kind: TopicKind): readonly MqttRow[] =>
  MQTT_ROWS.filter((row) => row.account === account.kind && row.may === may && row.kind === kind);

const kindOf = (parsed: ParsedTopic): TopicKind =>
  parsed.kind === 'to-edge' ? `to-edge/${parsed.what}` : parsed.kind;

/** An account publishes what its rows name, under its own name where they say so. */
export function mayPublish(account: Account, topic: string): boolean {
  const parsed = parseTopic(topic);
  if (parsed === null) return false;
  return rowsFor(account, 'publish', kindOf(parsed)).some(({ whose }) =>
    'edge' in parsed ? whose === 'own' && parsed.edge === account.name : whose === 'itself',
  );
}

/** What a filter asks for; station or edge are as it spells them, null: those of all, by the one filter that says so. */
interface Asked {
  readonly kind: TopicKind;
  readonly edge?: string;
  readonly station?: string | null;
}

function askedBy(filter: string): Asked | null {
  if (filter === topics.observations) return { kind: 'observations', station: null };
  const datastream = datastreamOfTopic(filter);
  if (datastream !== null)
    return isParameter(datastream.parameter) ? { kind: 'observations', station: datastream.station } : null;
  if (filter === topics.liveAll) return { kind: 'live', station: null };
  if (filter === topics.limitsAll) return { kind: 'limits', station: null };
  const parsed = parseTopic(filter);
  return parsed && { ...parsed, kind: kindOf(parsed) };
}

/**
 * An account hears what its rows name: an edge what is for it and its stations, flows live readings and limits of all, a
 * subscriber Observations of SensorThings. A wider filter is no way round it. `edgeOf` says whose a station is.
 */
export function maySubscribe(account: Account, filter: string, edgeOf: EdgeOf): boolean {
  const asked = askedBy(filter);
  if (asked === null) return false;
  return rowsFor(account, 'subscribe', asked.kind).some(({ whose }) => covers(whose, asked, account, edgeOf));
}

function covers(whose: Whose, { edge, station }: Asked, account: Account, edgeOf: EdgeOf): boolean {
  switch (whose) {
    case 'own':
      return edge === account.name;
    case 'own stations':
      return typeof station === 'string' && edgeOf(station) === account.name;
    case 'known stations':
      return station === null || (station !== undefined && edgeOf(station) !== undefined);
    case 'all':
      return station !== undefined;
    case 'itself':
      return false;
  }
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
