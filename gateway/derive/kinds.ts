/** How each kind of station is derived. */
import type { ParameterId } from '../../devices/parameter.ts';
import type { StationKind } from '../../devices/word.ts';
import { air } from './air.ts';
import { fire } from './fire.ts';
import type { Kind } from './sources.ts';
import { traffic } from './traffic.ts';
import { water } from './water.ts';

export const KINDS: Readonly<Record<StationKind, Kind>> = { air, water, fire, weather: fire, traffic };

const DAILY: readonly ParameterId[] = [
  ...(['vn_aqi_day', 'fire_p_index', 'fire_level', 'angstrom_index', 'nesterov_index'] as const),
  ...(['ffmc', 'dmc', 'dc', 'isi', 'bui', 'fwi', 'free_flow_speed'] as const),
];

const BY_INTERVAL: readonly ParameterId[] = ['traffic_density', 'level_of_service', 'congestion'];

/** How often a derived parameter gets a new value, seconds. */
export function derivedPeriodS(parameter: ParameterId): number {
  if (DAILY.includes(parameter)) return 86_400;
  return BY_INTERVAL.includes(parameter) ? traffic.stepMs / 1000 : 3600;
}
