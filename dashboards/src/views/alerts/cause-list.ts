/** The readings that an alert's evidence names, each once, newest first. Pure. */
import type { AlertAnswer } from '../../../../devices/wire/api.ts';

export interface Cause {
  readonly station: string;
  readonly parameter: string;
  readonly unit: string;
  readonly at: number;
  readonly value: number;
  readonly threshold?: number;
  readonly state: 'raised' | 'cleared';
}

export function causesOf(alert: AlertAnswer): Cause[] {
  const all = alert.evidence.flatMap(({ because = [], state, at, value, threshold, unit }): Cause[] => [
    { station: alert.station, parameter: alert.parameter, unit, at, value, threshold, state },
    ...because.map((sign) => ({ ...sign, state })),
  ]);
  const once = new Map(all.map((cause) => [JSON.stringify(cause), cause]));
  return [...once.values()].sort((a, b) => b.at - a.at);
}
