/** The four numbers as they are shown: in whole tenths of a percent, never rounded up to a full hundred. Pure. */
import type { Language } from '../../../../devices/parameter.ts';
import type { QualityDay } from '../../../../devices/wire/station.ts';

export const NUMBERS = ['dung', 'du', 'sach', 'song'] as const;
export type NumberId = (typeof NUMBERS)[number];

/** null is no data. 0,9996 is not 100 %: something is missing. */
export function percent(share: number | null, language: Language): string {
  if (share === null) return '–';
  const tenths = Math.floor(share * 1000 + 1e-9);
  const digits = tenths === 1000 || tenths === 0 ? 0 : 1;
  return `${new Intl.NumberFormat(language === 'vi' ? 'vi-VN' : 'en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(tenths / 10)} %`;
}

/** How a share looks; the figure stands beside it. Three quarters are what an hourly mean needs of its values. */
export type Look = 'full' | 'less' | 'poor' | 'none';

export const lookOf = (share: number | null): Look =>
  share === null ? 'none' : share >= 0.95 ? 'full' : share >= 0.75 ? 'less' : 'poor';

/** The least of the four; null: nothing is known of the day. */
export function worstOf(day: QualityDay): { readonly id: NumberId; readonly share: number } | null {
  const known = NUMBERS.flatMap((id) => {
    const share = day[id];
    return share === null ? [] : [{ id, share }];
  });
  return known.length === 0 ? null : known.reduce((worst, one) => (one.share < worst.share ? one : worst));
}
