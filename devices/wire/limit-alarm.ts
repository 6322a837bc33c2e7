/** What a limit has decided, as the alarm that tells it. */
import type { Decision, Limit } from '../limit.ts';
import type { Alarm } from './messages.ts';

export const alarmOf = (
  station: string,
  limit: Limit,
  { kind, at, value, threshold, source }: Decision,
): Alarm => ({
  station,
  parameter: limit.parameter,
  limit: limit.name,
  state: kind,
  level: limit.level,
  at,
  value,
  threshold,
  ...(source && { source }),
  ...(limit.kind === 'rate' && { within_s: limit.within_s }),
  ...(limit.kind === 'stale' && { no_data: true as const }),
});
