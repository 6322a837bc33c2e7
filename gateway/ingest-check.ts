/** What of a payload may be stored, and what can never be: the ingest's judgement, without effects. */
import { parameterOf } from '../devices/parameter.ts';
import { decodeSenml, encodeSenml, type Refused } from '../devices/wire/senml.ts';
import type { Catalog } from './catalog.ts';
import type { StoredReading } from './store/store.ts';
import type { UnitLock } from './unit-lock.ts';

/** A time further ahead than this cannot be true. */
export const MAX_AHEAD_MS = 5 * 60_000;

export interface Publish {
  /** The account that published, which is also the edge of the topic. */
  readonly edge: string;
  readonly station: string;
  readonly topic: string;
  readonly payload: Uint8Array;
  /** False for backlog: stored, never judged as live. */
  readonly live: boolean;
}

export interface Checked {
  readonly good: readonly StoredReading[];
  readonly refused: readonly Refused[];
  /** The payload as a whole is refused: nothing of it is good. */
  readonly whole: Refusal | null;
}

export interface Refusal {
  readonly reason: string;
  readonly records: number;
  /** SenML again, so that it can be run again; the payload as it came when it is none. */
  readonly payload: string;
}

export interface CheckParts {
  readonly catalog: Pick<Catalog, 'get'>;
  readonly units: UnitLock;
}

/** `arrived` is when the gateway got it (epoch ms): what times are judged by, also when it is judged again later. */
export function checkPublish({ catalog, units }: CheckParts, publish: Publish, arrived: number): Checked {
  const { edge, station: id, payload } = publish;
  const whole = (reason: string): Checked => ({
    good: [],
    refused: [],
    whole: { reason, records: 1, payload: Buffer.from(payload).toString('utf8') },
  });
  const station = catalog.get(id);
  if (station?.edge !== edge)
    return whole(`unknown station "${id}": ${edge} has not announced it in its inventory`);
  const decoded = decodeSenml(payload, id, arrived);
  if (decoded.kind === 'payload-refused') return whole(decoded.reason);

  const latest = arrived + MAX_AHEAD_MS;
  const good: StoredReading[] = [];
  const { refused } = decoded;
  for (const reading of decoded.readings) {
    const { parameter, at, value, flag, reason } = reading;
    const fault = !station.parameterIds.has(parameter)
      ? `unknown parameter "${parameter}": not in the station's inventory`
      : at > latest
        ? 'time is more than 5 minutes ahead'
        : units.fault(parameter, parameterOf(parameter).unit);
    if (fault === null) good.push({ station: id, parameter, at, value, flag, reason, receivedAt: arrived });
    else refused.push({ reason: fault, record: encodeSenml(id, [reading])[0] });
  }
  return { good, refused, whole: null };
}

/** One entry for what is refused of one payload, with the first reason. */
export function refusalOf(refused: readonly Refused[]): Refusal | null {
  const [first] = refused;
  if (first === undefined) return null;
  const more = refused.length > 1 ? ` (and ${refused.length - 1} more records)` : '';
  return {
    reason: `${first.reason}${more}`,
    records: refused.length,
    payload: JSON.stringify(refused.map(({ record }) => record)),
  };
}
