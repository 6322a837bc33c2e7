/**
 * What an alert is about in the words of the model Alert: a category, and a subcategory of those that the model's specification lists
 * under it. Alerts that are not here have no place in the model. Pure.
 */
import type { ParameterId } from '../../../devices/parameter.ts';
import type { AlertAnswer } from '../../../devices/wire/api.ts';
import { raisedBy } from '../cap/mapping.ts';

export interface Subject {
  readonly category: 'traffic' | 'weather' | 'environment' | 'security';
  readonly subCategory?: string;
}

const SUBJECTS: readonly (readonly [Subject, readonly ParameterId[]])[] = [
  [
    { category: 'environment', subCategory: 'airPollution' },
    [
      ...(['pm1', 'pm2_5', 'pm2_5_1h', 'pm2_5_24h', 'pm2_5_nowcast'] as const),
      ...(['pm10', 'pm10_1h', 'pm10_24h', 'pm10_nowcast', 'so2', 'so2_1h', 'so2_24h'] as const),
      ...(['no', 'no2', 'no2_1h', 'no2_24h', 'nox', 'o3', 'o3_1h', 'o3_8h'] as const),
      ...(['co', 'co_1h', 'co_8h', 'co2', 'h2s', 'vn_aqi', 'vn_aqi_day', 'us_aqi'] as const),
    ],
  ],
  [{ category: 'environment' }, ['noise']],
  [
    { category: 'environment', subCategory: 'waterPollution' },
    [
      ...(['water_temperature', 'dissolved_oxygen', 'dissolved_oxygen_saturation', 'ph'] as const),
      ...(['conductivity', 'specific_conductance', 'salinity', 'dissolved_solids'] as const),
      ...(['turbidity', 'redox', 'chlorophyll', 'blue_green_algae', 'cod', 'ammonium', 'vn_wqi'] as const),
    ],
  ],
  [{ category: 'security', subCategory: 'forestFire' }, ['smoke', 'flame', 'fire_detection']],
  [
    { category: 'weather', subCategory: 'fireRisk' },
    [
      ...(['fire_level', 'fire_p_index', 'ffmc', 'dmc', 'dc', 'isi', 'bui', 'fwi'] as const),
      ...(['nesterov_index', 'angstrom_index'] as const),
    ],
  ],
  [{ category: 'weather', subCategory: 'wind' }, ['wind_speed', 'wind_gust']],
  [{ category: 'weather', subCategory: 'rainfall' }, ['rain_total', 'rain_rate', 'precipitation']],
  [{ category: 'weather' }, ['dew_point', 'pressure', 'wind_direction', 'solar_radiation', 'illuminance']],
  [
    { category: 'traffic', subCategory: 'trafficJam' },
    ['congestion', 'level_of_service', 'traffic_density', 'traffic_speed', 'occupancy'],
  ],
  [{ category: 'traffic' }, ['traffic_flow']],
];

/** What is too much of it and what is too little are two subjects. */
const BY_SIDE: Readonly<Partial<Record<ParameterId, readonly [high: Subject, low: Subject]>>> = {
  air_temperature: [
    { category: 'weather', subCategory: 'highTemperature' },
    { category: 'weather', subCategory: 'lowTemperature' },
  ],
  relative_humidity: [
    { category: 'weather', subCategory: 'highHumidity' },
    { category: 'weather', subCategory: 'lowHumidity' },
  ],
  water_level: [{ category: 'weather', subCategory: 'floodRisk' }, { category: 'environment' }],
};

const OF_PARAMETER = new Map<string, Subject>(
  SUBJECTS.flatMap(([subject, parameters]) => parameters.map((parameter) => [parameter, subject] as const)),
);

/** Null: that data stopped or a device is silent is no subject of the model, and neither is the voltage of a battery. */
export function subjectOf(alert: AlertAnswer): Subject | null {
  if (alert.about || alert.no_data) return null;
  const sides = BY_SIDE[alert.parameter as ParameterId];
  if (sides === undefined) return OF_PARAMETER.get(alert.parameter) ?? null;
  const raised = raisedBy(alert);
  return sides[raised !== null && raised.value < raised.threshold ? 1 : 0];
}
