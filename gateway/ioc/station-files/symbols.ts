/**
 * How station files spell what is measured: symbols of annex 15, table 34 of Circular 10/2021/TT-BTNMT, as far as a public
 * source confirms them (domain-standards 4.3). Others of ours (DO, conductivity, turbidity, wind) are not in that list, and
 * its spellings of units were not seen: both are settings.
 */
import type { ParameterId } from '../../../devices/parameter.ts';

export const SYMBOLS: Readonly<Partial<Record<ParameterId, string>>> = {
  pm2_5: 'PM2,5',
  pm10: 'PM10',
  so2: 'SO2',
  no: 'NO',
  no2: 'NO2',
  o3: 'O3',
  co: 'CO',
  h2s: 'H2S',
  air_temperature: 'Temp',
  water_temperature: 'Temp',
  relative_humidity: 'RH',
  ph: 'pH',
  cod: 'COD',
  ammonium: 'NH4',
};
