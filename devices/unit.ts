/**
 * Units. Ids are the symbols of the IANA SenML registry (RFC 8428, RFC 8798) where it has one; the few that
 * it lacks (mS/cm, ppb of a gas, ‰ of salt, cells per mL, feet and inches, vehicles per hour and kilometre, indices) are our own.
 */

interface Unit {
  /** How people write it. */
  readonly label: string;
  /** Units with the same dimension can be converted into each other. */
  readonly dimension: string;
  /** value in base unit = value × factor + offset */
  readonly factor: number;
  readonly offset: number;
}

const unit = (label: string, dimension: string, factor = 1, offset = 0): Unit => ({
  label,
  dimension,
  factor,
  offset,
});

export const UNITS = {
  Cel: unit('°C', 'temperature'),
  degF: unit('°F', 'temperature', 5 / 9, -160 / 9),
  '%RH': unit('%', 'relative humidity'),
  '/': unit('', 'ratio'),
  '%': unit('%', 'ratio', 0.01),
  Pa: unit('Pa', 'pressure'),
  hPa: unit('hPa', 'pressure', 100),
  kPa: unit('kPa', 'pressure', 1000),
  bar: unit('bar', 'pressure', 100_000),
  'm/s': unit('m/s', 'speed'),
  'km/h': unit('km/h', 'speed', 1 / 3.6),
  deg: unit('°', 'angle'),
  m: unit('m', 'length'),
  cm: unit('cm', 'length', 0.01),
  mm: unit('mm', 'length', 0.001),
  ft: unit('ft', 'length', 0.3048),
  in: unit('in', 'length', 0.0254),
  'mm/h': unit('mm/h', 'rain rate'),
  'W/m2': unit('W/m²', 'irradiance'),
  lx: unit('lx', 'illuminance'),
  dB: unit('dB', 'level'),
  'ug/m3': unit('µg/m³', 'mass concentration in air'),
  'mg/m3': unit('mg/m³', 'mass concentration in air', 1000),
  ppm: unit('ppm', 'volume fraction'),
  ppb: unit('ppb', 'volume fraction', 0.001),
  'mg/l': unit('mg/L', 'mass concentration in water'),
  'ug/l': unit('µg/L', 'mass concentration in water', 0.001),
  ppt: unit('‰', 'salinity'),
  '1/ml': unit('tb/mL', 'number concentration in water'),
  'S/m': unit('S/m', 'conductivity'),
  'mS/cm': unit('mS/cm', 'conductivity', 0.1),
  'uS/cm': unit('µS/cm', 'conductivity', 0.0001),
  pH: unit('pH', 'acidity'),
  NTU: unit('NTU', 'turbidity'),
  mV: unit('mV', 'potential'),
  V: unit('V', 'voltage'),
  count: unit('', 'count'),
  /** A number of an index or a class: it has no unit. */
  index: unit('', 'index'),
  '1/km': unit('xe/km', 'density of traffic'),
  '1/h': unit('xe/h', 'frequency'),
} satisfies Record<string, Unit>;

export type UnitId = keyof typeof UNITS;

export const UNIT_IDS = Object.keys(UNITS) as UnitId[];

export const isUnit = (id: string): id is UnitId => Object.hasOwn(UNITS, id);

/** Molar mass in g/mol, for gases that instruments report as a volume fraction (domain-standards 1.7). */
const MOLAR_MASS: Readonly<Record<string, number>> = {
  o3: 47.998,
  no2: 46.006,
  so2: 64.064,
  co: 28.01,
  no: 30.006,
  // As NO2.
  nox: 46.006,
  h2s: 34.08,
};

/** Litres of one mole of gas at 25 °C and 101.325 kPa, the reference state of QCVN 05 as recalled there. */
const MOLAR_VOLUME = 24.45;

/**
 * A function that turns a value from one unit into another, or null where that has no meaning.
 * From a volume fraction to a mass concentration it needs to know the gas: the parameter's id.
 */
export function converter(from: UnitId, to: UnitId, parameter?: string): ((value: number) => number) | null {
  if (from === to) return (value) => value;
  const a: Unit = UNITS[from];
  const b: Unit = UNITS[to];
  if (a.dimension === b.dimension) {
    return (value) => (value * a.factor + a.offset - b.offset) / b.factor;
  }
  const mass = parameter === undefined ? undefined : MOLAR_MASS[parameter];
  if (
    a.dimension === 'volume fraction' &&
    b.dimension === 'mass concentration in air' &&
    mass !== undefined
  ) {
    // ppm × 1000 = ppb; ppb × M / 24.45 = µg/m³
    return (value) => (((value * a.factor * 1000 * mass) / MOLAR_VOLUME) * UNITS['ug/m3'].factor) / b.factor;
  }
  return null;
}
