/**
 * The index of Ångström: of one moment's temperature and humidity, without memory; the lower, the likelier a fire. In a Vietnamese
 * dry season nearly every afternoon is below 2: it shows a trend and is no alarm. Pure.
 */
import type { Language } from '../parameter.ts';

/** `t` in °C and `rh` in %, both at 13:00. */
export const angstrom = (t: number, rh: number): number => rh / 20 + (27 - t) / 10;

/** How likely it is that a fire starts. */
export type AngstromClass = 'unlikely' | 'unfavourable' | 'favourable' | 'very_likely';

export const ANGSTROM_CLASS_NAMES: Readonly<Record<AngstromClass, Readonly<Record<Language, string>>>> = {
  unlikely: { vi: 'Khó xảy ra cháy', en: 'Fire unlikely' },
  unfavourable: { vi: 'Điều kiện ít thuận lợi cho cháy', en: 'Conditions unfavourable for fire' },
  favourable: { vi: 'Điều kiện thuận lợi cho cháy', en: 'Conditions favourable for fire' },
  very_likely: { vi: 'Rất dễ xảy ra cháy', en: 'Fire very likely' },
};

export function angstromClass(index: number): AngstromClass {
  if (index > 4) return 'unlikely';
  if (index > 2.5) return 'unfavourable';
  return index >= 2 ? 'favourable' : 'very_likely';
}
