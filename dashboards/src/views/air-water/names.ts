/** Names of what an index is made of. */
import type { Language } from '../../../../devices/parameter.ts';
import { parameterName } from '../../format.ts';

const SHORT: Readonly<Record<string, string>> = {
  pm2_5: 'PM2.5',
  pm10: 'PM10',
  so2: 'SO₂',
  no2: 'NO₂',
  co: 'CO',
  o3: 'O₃',
};
const TIMES = { '1h': '1\u00a0h', '8h': '8\u00a0h', '24h': '24\u00a0h' } as const;

/** `PM2.5`, `O₃ (8 h)`: as tables and sentences have it, without words. What is no pollutant has its usual name. */
export function pollutantName(id: string, language: Language): string {
  const [, pollutant = id, time] = /^(.+?)(?:_(1h|8h|24h))?$/.exec(id) ?? [];
  const short = SHORT[pollutant];
  if (short === undefined) return parameterName(id, language);
  return time === undefined ? short : `${short}\u00a0(${TIMES[time as keyof typeof TIMES]})`;
}
