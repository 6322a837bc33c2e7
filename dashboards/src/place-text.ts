/** Places in words, as they are read out over a radio, and as maps and handsets take them. */
import type { Place } from '../../devices/distance.ts';
import { t } from './i18n.ts';

/** Degrees, minutes and seconds; a second is 31 m of latitude. */
export function sexagesimal(degrees: number): { degrees: number; minutes: number; seconds: number } {
  const seconds = Math.round(Math.abs(degrees) * 3600);
  return {
    degrees: Math.floor(seconds / 3600),
    minutes: Math.floor(seconds / 60) % 60,
    seconds: seconds % 60,
  };
}

const two = (value: number): string => String(value).padStart(2, '0');

function angleText(value: number, positive: 'n' | 'e', negative: 's' | 'w'): string {
  const { degrees, minutes, seconds } = sexagesimal(value);
  const side = t(`place.side.${value < 0 ? negative : positive}`);
  return t('place.dms', { d: degrees, m: two(minutes), s: two(seconds), side });
}

/** "16°07′59″ Bắc 107°58′48″ Đông". */
export const placeText = ({ latitude, longitude }: Place): string =>
  `${angleText(latitude, 'n', 's')} ${angleText(longitude, 'e', 'w')}`;

/** With a point in both languages, as maps and handsets take them. */
export const decimalPlace = ({ latitude, longitude }: Place): string =>
  `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;

/** An iPad names itself a Mac. */
const APPLE = /iPhone|iPad|iPod|Macintosh/;

/**
 * A phone opens its own map with it, and nothing is asked of another host. RFC 5870 with the query of Android, which sets a pin;
 * Apple's browsers do not know `geo:`, and have `maps:` (Apple, Map Links).
 */
export function mapHref({ latitude, longitude }: Place, userAgent: string): string {
  const at = `${latitude.toFixed(6)},${longitude.toFixed(6)}`;
  return APPLE.test(userAgent) ? `maps:?ll=${at}&q=${at}` : `geo:${at}?q=${at}`;
}
