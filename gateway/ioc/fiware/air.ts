/** AirQualityObserved 0.1.4: concentrations in µg/m³, CO₂ in ppm. Pure. */
import { AQI_CATEGORIES } from '../../../devices/methods/vn-aqi.ts';
import type { Observations } from '../../../devices/wire/feed.ts';
import type { KnownStation } from '../../catalog.ts';
import { short } from '../../derive/derived-value.ts';
import { urn } from './entity.ts';
import { type Attributes, derivedOf, humidity, type Mean, meanIn, means } from './means.ts';

const POLLUTANTS: readonly Mean[] = [
  { attribute: 'pm1', parameter: 'pm1', unit: 'ug/m3' },
  { attribute: 'pm25', parameter: 'pm2_5', unit: 'ug/m3' },
  { attribute: 'pm10', parameter: 'pm10', unit: 'ug/m3' },
  { attribute: 'so2', parameter: 'so2', unit: 'ug/m3' },
  { attribute: 'no2', parameter: 'no2', unit: 'ug/m3' },
  { attribute: 'no', parameter: 'no', unit: 'ug/m3' },
  { attribute: 'nox', parameter: 'nox', unit: 'ug/m3' },
  { attribute: 'o3', parameter: 'o3', unit: 'ug/m3' },
  { attribute: 'co', parameter: 'co', unit: 'ug/m3' },
  { attribute: 'sh2', parameter: 'h2s', unit: 'ug/m3' },
  { attribute: 'co2', parameter: 'co2', unit: 'ppm' },
];

const WEATHER: readonly Mean[] = [
  { attribute: 'temperature', parameter: 'air_temperature', unit: 'Cel', least: Number.NEGATIVE_INFINITY },
  { attribute: 'windSpeed', parameter: 'wind_speed', unit: 'm/s' },
  { attribute: 'pressure', parameter: 'pressure', unit: 'hPa' },
];

export const airAttributes = (hour: Observations): Attributes => ({
  ...means(hour, POLLUTANTS),
  ...means(hour, WEATHER),
  ...humidity(hour),
  ...windDirection(hour),
  ...airQuality(hour),
});

/** From -180 to 180 in the model; a wind that goes round has none. */
function windDirection(hour: Observations): Attributes {
  const mean = meanIn(hour, 'wind_direction', 'deg');
  if (mean === null) return {};
  return { windDirection: short(mean > 180 ? mean - 360 : mean) };
}

/** VN_AQI of the hour; its category in English, written as the model's specification asks for (`veryBad`). */
function airQuality(hour: Observations): Attributes {
  const index = derivedOf(hour, 'vn_aqi');
  if (index === null) return {};
  const category = AQI_CATEGORIES.find(({ upTo }) => index <= upTo);
  return { airQualityIndex: index, ...(category && { airQualityLevel: camelCase(category.name.en) }) };
}

const camelCase = (words: string): string =>
  words.toLowerCase().replace(/ (\w)/g, (_, letter: string) => letter.toUpperCase());

/** What says how far the values can be trusted and where they come from. */
export const airOrigin = (hour: Observations, station: KnownStation): Attributes => ({
  ...reliability(hour),
  ...device(hour, station),
});

/** Share of the readings that were due and have come, 0 to 1. */
function reliability(hour: Observations): Attributes {
  const due = hour.measured.flatMap(({ readings, expected }) =>
    expected === null ? [] : [{ readings: Math.min(readings, expected), expected }],
  );
  const expected = due.reduce((sum, one) => sum + one.expected, 0);
  const readings = due.reduce((sum, one) => sum + one.readings, 0);
  return expected === 0 ? {} : { reliability: short(readings / expected) };
}

/** The model has room for one device only. */
function device(hour: Observations, station: KnownStation): Attributes {
  const parameters = new Set(hour.measured.map(({ parameter }) => parameter));
  const instruments = new Set(
    station.parameters.filter(({ id }) => parameters.has(id)).map(({ instrument }) => instrument),
  );
  const [instrument] = instruments;
  return instruments.size === 1 && instrument !== undefined
    ? { refDevice: urn('Device', station.id, instrument) }
    : {};
}
