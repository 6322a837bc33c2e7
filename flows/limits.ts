/** The limits that operators have set at the centre, as the broker told them last; they outlive a connection. */
import type { Limit } from '../devices/limit.ts';
import { type LimitsMessage, limitsSchema } from '../devices/wire/messages.ts';
import { parseTopic } from '../devices/wire/topics.ts';

export interface CentreLimits {
  /** Those of one station; none while no operator has set any. */
  of(station: string): readonly Limit[];
  /** A message of the centre; what is wrong with it, or null. Those before stay when it is refused. */
  take(topic: string, payload: Uint8Array): string | null;
}

export function createCentreLimits(): CentreLimits {
  const known = new Map<string, LimitsMessage>();
  return {
    of: (station) => known.get(station)?.limits ?? [],
    take(topic, payload) {
      const parsed = parseTopic(topic);
      if (parsed?.kind !== 'limits') return 'not a topic of limits';
      const message = read(payload);
      if (typeof message === 'string') return message;
      known.set(parsed.station, message);
      return null;
    },
  };
}

function read(payload: Uint8Array): LimitsMessage | string {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(payload));
  } catch {
    return 'not JSON';
  }
  const result = limitsSchema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  return issue ? `${issue.path.map(String).join('.')}: ${issue.message}`.slice(0, 300) : 'unknown fault';
}
