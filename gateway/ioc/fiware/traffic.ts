/** TrafficFlowObserved 0.0.1: speed in km/h, occupancy as a fraction, vehicles of the period. Pure. */
import type { Observations } from '../../../devices/wire/feed.ts';
import { type Attributes, type Mean, meanIn, means } from './means.ts';

const HOUR_MS = 3_600_000;

const TRAFFIC: readonly Mean[] = [
  { attribute: 'averageVehicleSpeed', parameter: 'traffic_speed', unit: 'km/h' },
  { attribute: 'occupancy', parameter: 'occupancy', unit: '/', most: 1 },
];

export const trafficAttributes = (hour: Observations): Attributes => ({
  ...means(hour, TRAFFIC),
  ...vehicles(hour),
  ...congested(hour),
});

/** The model counts the vehicles of the period; ours is a rate, by which what was not read counts as what was. */
function vehicles(hour: Observations): Attributes {
  const perHour = meanIn(hour, 'traffic_flow', '1/h');
  return perHour === null ? {} : { intensity: Math.round((perHour * (hour.to - hour.from)) / HOUR_MS) };
}

/** Whether it was at any time of the hour. */
function congested(hour: Observations): Attributes {
  const values = hour.derived.filter(({ parameter, value }) => parameter === 'congestion' && value !== null);
  return values.length === 0 ? {} : { congested: values.some(({ value }) => value === 1) };
}
