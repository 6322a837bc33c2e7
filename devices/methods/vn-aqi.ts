/**
 * VN_AQI, Decision 1459/QD-TCMT of 12 November 2019. Concentrations in µg/m³, carbon monoxide too.
 * Of the hour: 1-hour means of gases, NowCast of dust, and never `o3_8h`. Of the day: mean of dust, the day's highest
 * 1-hour means of gases and its highest 8-hour mean of ozone.
 */
import type { Language } from '../parameter.ts';
import { type AirIndex, type Band, greatest, type IndexCategory, interpolate, subIndicesOf } from './aqi.ts';

const INDEX = [0, 50, 100, 150, 200, 300, 400, 500];

const BREAKPOINTS = {
  so2: [0, 125, 350, 550, 800, 1600, 2100, 2630],
  co: [0, 10_000, 30_000, 45_000, 60_000, 90_000, 120_000, 150_000],
  no2: [0, 100, 200, 700, 1200, 2350, 3100, 3850],
  o3_1h: [0, 160, 200, 300, 400, 800, 1000, 1200],
  /** Above 400 µg/m³ the 8-hour mean has no sub-index: the 1-hour mean speaks. */
  o3_8h: [0, 100, 120, 170, 210, 400],
  pm10: [0, 50, 150, 250, 350, 420, 500, 600],
  pm2_5: [0, 25, 50, 80, 150, 250, 350, 500],
} as const;

export type AqiPollutant = keyof typeof BREAKPOINTS;

export const AQI_POLLUTANTS = Object.keys(BREAKPOINTS) as AqiPollutant[];

const bandsOf = (points: readonly number[]): Band[] =>
  points.slice(1).map((high, i) => ({
    low: points[i] ?? 0,
    high,
    indexLow: INDEX[i] ?? 0,
    indexHigh: INDEX[i + 1] ?? 0,
  }));

const BANDS = Object.fromEntries(
  AQI_POLLUTANTS.map((pollutant) => [pollutant, bandsOf(BREAKPOINTS[pollutant])]),
) as Record<AqiPollutant, Band[]>;

/** Unrounded, 0 to 500; null for what is no concentration and for `o3_8h` above 400 µg/m³. */
export function aqiSubIndex(pollutant: AqiPollutant, ug_m3: number): number | null {
  const bands = BANDS[pollutant];
  const top = bands.at(-1);
  if (top !== undefined && top.indexHigh === 500 && ug_m3 > top.high) return 500;
  return interpolate(bands, ug_m3);
}

export interface AqiCategory extends IndexCategory {
  readonly colourName: Readonly<Record<Language, string>>;
  /** Our wording of the advice that the decision asks for. */
  readonly advice: Readonly<Record<Language, string>>;
}

export const AQI_CATEGORIES: readonly AqiCategory[] = [
  {
    upTo: 50,
    name: { vi: 'Tốt', en: 'Good' },
    colour: '#00e400',
    colourName: { vi: 'Xanh', en: 'Green' },
    advice: {
      vi: 'Không hạn chế hoạt động ngoài trời.',
      en: 'No limits on outdoor activity.',
    },
  },
  {
    upTo: 100,
    name: { vi: 'Trung bình', en: 'Moderate' },
    colour: '#ffff00',
    colourName: { vi: 'Vàng', en: 'Yellow' },
    advice: {
      vi: 'Người nhạy cảm nên theo dõi triệu chứng.',
      en: 'Sensitive people watch symptoms.',
    },
  },
  {
    upTo: 150,
    name: { vi: 'Kém', en: 'Poor' },
    colour: '#ff7e00',
    colourName: { vi: 'Da cam', en: 'Orange' },
    advice: {
      vi: 'Người nhạy cảm nên giảm vận động lâu ngoài trời.',
      en: 'Sensitive people reduce long outdoor effort.',
    },
  },
  {
    upTo: 200,
    name: { vi: 'Xấu', en: 'Bad' },
    colour: '#ff0000',
    colourName: { vi: 'Đỏ', en: 'Red' },
    advice: {
      vi: 'Mọi người nên giảm vận động lâu ngoài trời.',
      en: 'Everyone reduces long outdoor effort.',
    },
  },
  {
    upTo: 300,
    name: { vi: 'Rất xấu', en: 'Very bad' },
    colour: '#8f3f97',
    colourName: { vi: 'Tím', en: 'Purple' },
    advice: {
      vi: 'Người nhạy cảm nên ở trong nhà.',
      en: 'Sensitive people stay indoors.',
    },
  },
  {
    upTo: 500,
    name: { vi: 'Nguy hại', en: 'Hazardous' },
    colour: '#7e0023',
    colourName: { vi: 'Nâu', en: 'Brown' },
    advice: {
      vi: 'Mọi người nên tránh hoạt động ngoài trời.',
      en: 'Everyone avoids outdoor activity.',
    },
  },
];

/** The index of one hour or one day at one station; null without PM10 and PM2.5, since the decision wants one of them. */
export function vnAqi(
  values: Partial<Record<AqiPollutant, number>>,
): AirIndex<AqiPollutant, AqiCategory> | null {
  const subIndices = subIndicesOf(AQI_POLLUTANTS, values, aqiSubIndex);
  const dust = subIndices.some(([pollutant]) => pollutant === 'pm10' || pollutant === 'pm2_5');
  return dust ? greatest(subIndices, AQI_CATEGORIES) : null;
}
