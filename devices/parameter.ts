/** What can be measured: one spelling of each parameter from YAML to operations centre. */
import type { UnitId } from './unit.ts';

export type Language = 'vi' | 'en';

/** A signal that stands still: for so many seconds within less than the tolerance, half the resolution. */
export interface FlatLine {
  readonly seconds: number;
  readonly tolerance: number;
  /** Where standing still is natural: saturated air, night, less than an instrument can see. */
  readonly rest?: readonly [number, number] | undefined;
}

/** What is doubtful about a value beside the ones before it. A test that has no sensible value here is absent. */
export interface SeriesTests {
  /** Greatest change from the last good value in 20 minutes that needs no second value to be believed. */
  readonly spike?: number;
  /** Greatest change a minute from the last good value. */
  readonly ratePerMin?: number;
  readonly flat?: FlatLine;
}

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
  readonly tests: SeriesTests;
  /** The gateway works it out from readings; no device may send it. */
  readonly derived?: true;
}

const parameter = (
  unit: UnitId,
  vi: string,
  en: string,
  decimals: number,
  fail: readonly [number, number],
  suspect?: readonly [number, number],
  tests: SeriesTests = {},
): Parameter => ({ unit, name: { vi, en }, decimals, fail, ...(suspect && { suspect }), tests });

const derived = (
  unit: UnitId,
  vi: string,
  en: string,
  decimals: number,
  fail: readonly [number, number],
): Parameter => ({ ...parameter(unit, vi, en, decimals, fail), derived: true });

const CONCENTRATION = [0, 1_500_000] as const;
const mean = (vi: string, en: string, decimals = 1): Parameter =>
  derived('ug/m3', vi, en, decimals, CONCENTRATION);

const flat = (hours: number, tolerance: number, rest?: readonly [number, number]): FlatLine => ({
  seconds: hours * 3600,
  tolerance,
  ...(rest && { rest }),
});

/**
 * Where the tests' figures come from (docs/quality.md has the false flags that were counted with them):
 * - rates: I. Zahumenský, Guidelines on Quality Control Procedures for Data from Automatic Weather Stations (WMO, 2004), as
 *   GitHub geovetarcentrum/climate-stations quotes it: greatest change of instantaneous values; water temperature's is ours;
 * - spikes: beyond what the recordings in simulator/recordings hold among their passed values; for air pollutants, which
 *   they have only by the hour, well beyond;
 * - flat lines: longer than any passed value of the recordings stood still; the tolerance is half of what is shown, and for
 *   directions the 10 degrees of the same guidelines.
 * None for contacts and counters, for what is really still (rain, rivers in the dry season, salt of fresh water, gases below
 * what an instrument can see) or really sudden (rain, noise, traffic, flood by a dam's release).
 */
export const PARAMETERS = {
  // air
  pm1: parameter('ug/m3', 'Bụi PM1', 'PM1', 1, [0, 2000], [0, 1000], { spike: 200, flat: flat(12, 0.05) }),
  pm2_5: parameter('ug/m3', 'Bụi PM2.5', 'PM2.5', 1, [0, 2000], [0, 1000], {
    spike: 200,
    flat: flat(12, 0.05),
  }),
  pm10: parameter('ug/m3', 'Bụi PM10', 'PM10', 1, [0, 5000], [0, 1000], { spike: 200, flat: flat(12, 0.05) }),
  so2: parameter('ug/m3', 'SO₂', 'SO₂', 1, [0, 20_000], [0, 1000], { spike: 100 }),
  no2: parameter('ug/m3', 'NO₂', 'NO₂', 1, [0, 10_000], [0, 500], {
    spike: 100,
    flat: flat(12, 0.05, [0, 5]),
  }),
  no: parameter('ug/m3', 'NO', 'NO', 1, [0, 10_000], [0, 1000]),
  /** Nitrogen oxides as NO₂, as QCVN and the analysers' own sums have them. */
  nox: parameter('ug/m3', 'NOₓ (theo NO₂)', 'NOₓ (as NO₂)', 1, [0, 20_000], [0, 2000]),
  o3: parameter('ug/m3', 'O₃', 'O₃', 1, [0, 5000], [0, 500], { spike: 120, flat: flat(12, 0.05, [0, 5]) }),
  co: parameter('ug/m3', 'CO', 'CO', 0, [0, 1_500_000], [0, 100_000], { spike: 10_000 }),
  h2s: parameter('ug/m3', 'H₂S', 'H₂S', 1, [0, 20_000], [0, 1000]),
  co2: parameter('ppm', 'CO₂', 'CO₂', 0, [0, 100_000], [200, 10_000]),
  noise: parameter('dB', 'Tiếng ồn', 'Noise', 1, [0, 200], [20, 140]),
  // weather
  air_temperature: parameter('Cel', 'Nhiệt độ không khí', 'Air temperature', 1, [-40, 85], [-10, 60], {
    spike: 5,
    ratePerMin: 3,
    flat: flat(12, 0.05),
  }),
  relative_humidity: parameter('%RH', 'Độ ẩm', 'Humidity', 0, [0, 100.5], [5, 100], {
    spike: 20,
    ratePerMin: 15,
    flat: flat(12, 0.5, [99, 100.5]),
  }),
  dew_point: parameter('Cel', 'Điểm sương', 'Dew point', 1, [-80, 60], [-20, 35]),
  pressure: parameter('hPa', 'Khí áp', 'Pressure', 1, [300, 1250], [800, 1060], {
    spike: 5,
    ratePerMin: 2,
    flat: flat(24, 0.05),
  }),
  wind_speed: parameter('m/s', 'Tốc độ gió', 'Wind speed', 1, [0, 80], [0, 60], {
    ratePerMin: 20,
    flat: flat(12, 0.05),
  }),
  wind_gust: parameter('m/s', 'Gió giật', 'Wind gust', 1, [0, 120], [0, 80], { flat: flat(12, 0.05) }),
  wind_direction: parameter('deg', 'Hướng gió', 'Wind direction', 0, [0, 360], undefined, {
    flat: flat(24, 10),
  }),
  rain_total: parameter('mm', 'Lượng mưa tích lũy', 'Accumulated rain', 1, [0, 1_000_000]),
  rain_rate: parameter('mm/h', 'Cường độ mưa', 'Rain intensity', 1, [0, 1000], [0, 200]),
  precipitation: parameter('/', 'Đang mưa', 'Precipitation', 0, [0, 1]),
  solar_radiation: parameter('W/m2', 'Bức xạ mặt trời', 'Solar radiation', 0, [-20, 2000], [-10, 1500], {
    ratePerMin: 800,
    flat: flat(12, 0.5, [-20, 5]),
  }),
  illuminance: parameter('lx', 'Độ rọi', 'Illuminance', 0, [0, 300_000], [0, 188_000], {
    flat: flat(12, 0.5, [0, 10]),
  }),
  // water
  water_temperature: parameter('Cel', 'Nhiệt độ nước', 'Water temperature', 1, [-5, 80], [0, 45], {
    spike: 3,
    ratePerMin: 1,
    flat: flat(24, 0.05),
  }),
  dissolved_oxygen: parameter('mg/l', 'Oxy hòa tan (DO)', 'Dissolved oxygen', 2, [0, 50], [0, 20], {
    spike: 6,
    flat: flat(12, 0.005, [0, 0.2]),
  }),
  dissolved_oxygen_saturation: parameter('%', 'DO bão hòa', 'DO saturation', 0, [0, 500], [0, 200], {
    spike: 80,
    flat: flat(12, 0.5, [0, 2]),
  }),
  ph: parameter('pH', 'pH', 'pH', 2, [0, 14], [3, 11], { spike: 1, flat: flat(24, 0.005) }),
  conductivity: parameter('mS/cm', 'Độ dẫn điện', 'Conductivity', 2, [0, 200], [0, 100], { spike: 20 }),
  specific_conductance: parameter(
    'mS/cm',
    'Độ dẫn điện ở 25 °C',
    'Specific conductance (25 °C)',
    2,
    [0, 200],
    [0, 100],
    { spike: 20 },
  ),
  salinity: parameter('ppt', 'Độ mặn', 'Salinity', 1, [0, 100], [0, 45], { spike: 15 }),
  dissolved_solids: parameter(
    'mg/l',
    'Chất rắn hòa tan (TDS)',
    'Dissolved solids',
    0,
    [0, 200_000],
    [0, 60_000],
  ),
  turbidity: parameter('NTU', 'Độ đục', 'Turbidity', 1, [0, 10_000], [0, 1000], {
    spike: 100,
    flat: flat(12, 0.05, [0, 2]),
  }),
  redox: parameter('mV', 'Thế oxy hóa khử (ORP)', 'Redox potential', 0, [-2000, 2000], [-1000, 1000]),
  water_level: parameter('m', 'Mực nước', 'Water level', 2, [-20, 200], [-5, 50], { spike: 0.5 }),
  chlorophyll: parameter('ug/l', 'Diệp lục', 'Chlorophyll', 1, [0, 1000], [0, 400]),
  blue_green_algae: parameter(
    '1/ml',
    'Tảo lam (tế bào)',
    'Blue-green algae (cells)',
    0,
    [0, 10_000_000],
    [0, 1_000_000],
  ),
  cod: parameter('mg/l', 'COD', 'COD', 1, [0, 5000], [0, 1500]),
  ammonium: parameter('mg/l', 'Amoni (theo N)', 'Ammonium (as N)', 2, [0, 1000], [0, 100]),
  // fire
  smoke: parameter('/', 'Khói', 'Smoke', 0, [0, 1]),
  flame: parameter('/', 'Lửa', 'Flame', 0, [0, 1]),
  /** What the edge makes of a fire post's sensors together: 0 none, 1 suspected, 2 alarm. */
  fire_detection: parameter('index', 'Phát hiện cháy', 'Fire detection', 0, [0, 2]),
  // traffic
  traffic_flow: parameter('1/h', 'Lưu lượng xe', 'Traffic flow', 0, [0, 50_000], [0, 20_000]),
  traffic_speed: parameter('km/h', 'Tốc độ xe', 'Traffic speed', 0, [0, 300], [0, 200]),
  occupancy: parameter('%', 'Độ chiếm dụng', 'Occupancy', 1, [0, 100]),
  // the instruments themselves
  supply_voltage: parameter('V', 'Điện áp nguồn', 'Supply voltage', 1, [0, 60]),
  input_voltage: parameter('V', 'Điện áp ngõ vào', 'Input voltage', 2, [-15, 15]),
  // derived, air: means over the averaging times of QCVN 05, and indices
  pm2_5_1h: mean('PM2.5 trung bình 1 giờ', 'PM2.5, 1 h mean'),
  pm2_5_24h: mean('PM2.5 trung bình 24 giờ', 'PM2.5, 24 h mean'),
  pm2_5_nowcast: mean('PM2.5 NowCast', 'PM2.5 NowCast'),
  pm10_1h: mean('PM10 trung bình 1 giờ', 'PM10, 1 h mean'),
  pm10_24h: mean('PM10 trung bình 24 giờ', 'PM10, 24 h mean'),
  pm10_nowcast: mean('PM10 NowCast', 'PM10 NowCast'),
  so2_1h: mean('SO₂ trung bình 1 giờ', 'SO₂, 1 h mean'),
  so2_24h: mean('SO₂ trung bình 24 giờ', 'SO₂, 24 h mean'),
  no2_1h: mean('NO₂ trung bình 1 giờ', 'NO₂, 1 h mean'),
  no2_24h: mean('NO₂ trung bình 24 giờ', 'NO₂, 24 h mean'),
  o3_1h: mean('O₃ trung bình 1 giờ', 'O₃, 1 h mean'),
  o3_8h: mean('O₃ trung bình 8 giờ', 'O₃, 8 h mean'),
  co_1h: mean('CO trung bình 1 giờ', 'CO, 1 h mean', 0),
  co_8h: mean('CO trung bình 8 giờ', 'CO, 8 h mean', 0),
  vn_aqi: derived('index', 'VN_AQI giờ', 'VN_AQI, hour', 0, [0, 500]),
  vn_aqi_day: derived('index', 'VN_AQI ngày', 'VN_AQI, day', 0, [0, 500]),
  us_aqi: derived('index', 'AQI Hoa Kỳ (US EPA)', 'US EPA AQI', 0, [0, 500]),
  // derived, water
  vn_wqi: derived('index', 'VN_WQI', 'VN_WQI', 0, [0, 100]),
  // derived, fire: indices of the weather
  fire_p_index: derived('index', 'Chỉ số cháy P', 'Fire index P', 0, [0, 1_000_000]),
  fire_level: derived('index', 'Cấp dự báo cháy rừng', 'Forest fire danger level', 0, [1, 5]),
  ffmc: derived('index', 'FFMC', 'FFMC', 1, [0, 101]),
  dmc: derived('index', 'DMC', 'DMC', 1, [0, 10_000]),
  dc: derived('index', 'DC', 'DC', 1, [0, 10_000]),
  isi: derived('index', 'ISI', 'ISI', 1, [0, 10_000]),
  bui: derived('index', 'BUI', 'BUI', 1, [0, 10_000]),
  fwi: derived('index', 'FWI', 'FWI', 1, [0, 10_000]),
  nesterov_index: derived('index', 'Chỉ số Nesterov', 'Nesterov index', 0, [0, 1_000_000]),
  angstrom_index: derived('index', 'Chỉ số Ångström', 'Ångström index', 1, [-20, 20]),
  // derived, traffic
  traffic_density: derived('1/km', 'Mật độ xe', 'Traffic density', 1, [0, 2000]),
  /** 1 to 6 for A to F. */
  level_of_service: derived('index', 'Mức phục vụ (LOS)', 'Level of service', 0, [1, 6]),
  free_flow_speed: derived('km/h', 'Tốc độ tự do', 'Free-flow speed', 0, [0, 300]),
  congestion: derived('/', 'Ùn tắc', 'Congestion', 0, [0, 1]),
} satisfies Record<string, Parameter>;

export type ParameterId = keyof typeof PARAMETERS;

export const PARAMETER_IDS = Object.keys(PARAMETERS) as ParameterId[];

/** The entry as the general type: `PARAMETERS.x` alone has the narrow type of that one entry. */
export const parameterOf = (id: ParameterId): Parameter => PARAMETERS[id];

/** What instruments measure; the others are derived from them. */
export const MEASURED_IDS = PARAMETER_IDS.filter((id) => parameterOf(id).derived === undefined);

export const isDerived = (id: ParameterId): boolean => parameterOf(id).derived !== undefined;

export const isParameter = (id: string): id is ParameterId => Object.hasOwn(PARAMETERS, id);
