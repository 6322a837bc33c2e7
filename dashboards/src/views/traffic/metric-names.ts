/** What the view calls its quantities. */
import type { TextKey } from '../../texts/texts.ts';
import type { Metric } from './day-hours.ts';

export const METRIC_NAMES = {
  traffic_flow: 'traffic.flow',
  traffic_speed: 'traffic.speed',
  occupancy: 'traffic.occupancy',
  level_of_service: 'traffic.service',
} as const satisfies Record<Metric, TextKey>;
