/** What can be measured: one spelling of each parameter from YAML to operations centre. */
import type { UnitId } from './unit.ts';

export type Language = 'vi' | 'en';

interface Parameter {
  /** The unit of every reading of this parameter, everywhere behind the edge. */
  readonly unit: UnitId;
  readonly name: Readonly<Record<Language, string>>;
  /** Decimals that people see. */
  readonly decimals: number;
  /**
   * Gross range: outside `fail` the value is impossible, outside `suspect` it is doubtful (QARTOD gross range
   * test). Suspect spans follow the instrument ranges of Circular 10/2021 where domain-standards 4.4 has them.
   */
  readonly fail: readonly [number, number];
  readonly suspect?: readonly [number, number];
}

const parameter = (
  unit: UnitId,
  vi: string,
  en: string,
  decimals: number,
  fail: readonly [number, number],
  suspect?: readonly [number, number],
): Parameter => ({ unit, name: { vi, en }, decimals, fail, ...(suspect && { suspect }) });

export const PARAMETERS = {
  // air
  pm1: parameter('ug/m3', 'Bụi PM1', 'PM1', 1, [0, 2000], [0, 1000]),
  pm2_5: parameter('ug/m3', 'Bụi PM2.5', 'PM2.5', 1, [0, 2000], [0, 1000]),
  pm10: parameter('ug/m3', 'Bụi PM10', 'PM10', 1, [0, 5000], [0, 1000]),
  so2: parameter('ug/m3', 'SO₂', 'SO₂', 1, [0, 20_000], [0, 1000]),
  no2: parameter('ug/m3', 'NO₂', 'NO₂', 1, [0, 10_000], [0, 500]),
  o3: parameter('ug/m3', 'O₃', 'O₃', 1, [0, 5000], [0, 500]),
  co: parameter('ug/m3', 'CO', 'CO', 0, [0, 1_500_000], [0, 100_000]),
  co2: parameter('ppm', 'CO₂', 'CO₂', 0, [0, 100_000], [200, 10_000]),
  noise: parameter('dB', 'Tiếng ồn', 'Noise', 1, [0, 200], [20, 140]),
  // weather
  air_temperature: parameter('Cel', 'Nhiệt độ không khí', 'Air temperature', 1, [-40, 85], [-10, 60]),
  relative_humidity: parameter('%RH', 'Độ ẩm', 'Humidity', 0, [0, 100.5], [5, 100]),
  pressure: parameter('hPa', 'Khí áp', 'Pressure', 1, [300, 1250], [800, 1060]),
  wind_speed: parameter('m/s', 'Tốc độ gió', 'Wind speed', 1, [0, 80], [0, 60]),
  wind_direction: parameter('deg', 'Hướng gió', 'Wind direction', 0, [0, 360]),
  rain_total: parameter('mm', 'Lượng mưa tích lũy', 'Accumulated rain', 1, [0, 1_000_000]),
  rain_rate: parameter('mm/h', 'Cường độ mưa', 'Rain intensity', 1, [0, 1000], [0, 200]),
  solar_radiation: parameter('W/m2', 'Bức xạ mặt trời', 'Solar radiation', 0, [-20, 2000], [-10, 1500]),
  illuminance: parameter('lx', 'Độ rọi', 'Illuminance', 0, [0, 300_000], [0, 188_000]),
  // water
  water_temperature: parameter('Cel', 'Nhiệt độ nước', 'Water temperature', 1, [-5, 80], [0, 45]),
  dissolved_oxygen: parameter('mg/l', 'Oxy hòa tan (DO)', 'Dissolved oxygen', 2, [0, 50], [0, 20]),
  dissolved_oxygen_saturation: parameter('%', 'DO bão hòa', 'DO saturation', 0, [0, 500], [0, 200]),
  ph: parameter('pH', 'pH', 'pH', 2, [0, 14], [3, 11]),
  conductivity: parameter('mS/cm', 'Độ dẫn điện', 'Conductivity', 2, [0, 200], [0, 100]),
  turbidity: parameter('NTU', 'Độ đục', 'Turbidity', 1, [0, 10_000], [0, 1000]),
  redox: parameter('mV', 'Thế oxy hóa khử (ORP)', 'Redox potential', 0, [-2000, 2000], [-1000, 1000]),
  water_level: parameter('m', 'Mực nước', 'Water level', 2, [-20, 200], [-5, 50]),
  // fire
  smoke: parameter('/', 'Khói', 'Smoke', 0, [0, 1]),
  flame: parameter('/', 'Lửa', 'Flame', 0, [0, 1]),
  // traffic
  traffic_flow: parameter('1/h', 'Lưu lượng xe', 'Traffic flow', 0, [0, 50_000], [0, 20_000]),
  traffic_speed: parameter('km/h', 'Tốc độ xe', 'Traffic speed', 0, [0, 300], [0, 200]),
  occupancy: parameter('%', 'Độ chiếm dụng', 'Occupancy', 1, [0, 100]),
} satisfies Record<string, Parameter>;

export type ParameterId = keyof typeof PARAMETERS;

export const PARAMETER_IDS = Object.keys(PARAMETERS) as ParameterId[];

export const isParameter = (id: string): id is ParameterId => Object.hasOwn(PARAMETERS, id);

/** The entry as the general type: `PARAMETERS.x` alone has the narrow type of that one entry. */
export const parameterOf = (id: ParameterId): Parameter => PARAMETERS[id];
