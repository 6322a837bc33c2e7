/** What the sensors of a post say of a fire: each signal is a limit, so that it is judged as any limit is. Pure. */
import type { Limit } from '../limit.ts';
import type { ParameterId } from '../parameter.ts';
import type { FireSettings } from './settings.ts';

/** A contact and a particle counter that both see smoke are one signal. */
export const FIRE_KINDS = ['smoke', 'co', 'temperature', 'flame'] as const;
export type FireKind = (typeof FIRE_KINDS)[number];

export interface FireSignal {
  readonly kind: FireKind;
  readonly limit: Limit;
}

/** The parameters of which there are signals. */
export const FIRE_PARAMETERS: readonly ParameterId[] = ['smoke', 'flame', 'pm2_5', 'co', 'air_temperature'];

/** What a fire is seen by: these, and what a post makes of them. */
export const FIRE_SIGNS: ReadonlySet<string> = new Set([...FIRE_PARAMETERS, 'fire_detection']);

export function fireSignals(settings: FireSettings): FireSignal[] {
  const { clear_share, needed, of } = settings;
  /** What is unusual looks suspect to the tests of quality, and a fire is unusual: only what failed does not count. */
  const common = { level: 'warning', quality: 'suspect', hold_s: 0, clear_hold_s: 0 } as const;
  const contact = { ...common, kind: 'high', raise: 1, clear: 0 } as const;
  const above = (raise: number) =>
    ({
      ...common,
      kind: 'deviation',
      direction: 'up',
      raise,
      clear: raise * clear_share,
      days: settings.baseline_days,
      least_days: settings.baseline_least_days,
    }) as const;
  const rise = settings.temperature_rise;
  return [
    { kind: 'smoke', limit: { ...contact, name: 'smoke-contact', parameter: 'smoke', needed, of } },
    {
      kind: 'smoke',
      limit: {
        ...above(settings.smoke_above),
        name: 'smoke-particles',
        parameter: 'pm2_5',
        mads: settings.smoke_mads,
        needed,
        of,
      },
    },
    { kind: 'co', limit: { ...above(settings.co_above), name: 'co', parameter: 'co', mads: 0, needed, of } },
    {
      kind: 'temperature',
      limit: {
        ...common,
        kind: 'rate',
        direction: 'up',
        raise: rise,
        clear: rise * clear_share,
        within_s: settings.rise_within_s,
        name: 'temperature-rise',
        parameter: 'air_temperature',
      },
    },
    {
      kind: 'temperature',
      limit: {
        ...above(settings.temperature_above),
        name: 'temperature',
        parameter: 'air_temperature',
        mads: 0,
      },
    },
    { kind: 'flame', limit: { ...contact, name: 'flame', parameter: 'flame', hold_s: settings.flame_s } },
  ];
}
