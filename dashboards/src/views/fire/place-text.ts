/** Distances, directions and places in words, as they are read out over a radio. */
import type { Place } from '../../../../devices/distance.ts';
import { formatFigure } from '../../format.ts';
import { language, t } from '../../i18n.ts';
import { compass, sexagesimal } from './bearing.ts';

export function distanceText(metres: number): string {
  if (metres < 995)
    return t('fire.metres', { n: formatFigure(Math.round(metres / 10) * 10, 0, language.value) });
  return t('fire.kilometres', { n: formatFigure(metres / 1000, 1, language.value) });
}

export const compassText = (degrees: number): string => t(`fire.compass.${compass(degrees)}`);

const two = (value: number): string => String(value).padStart(2, '0');

function angleText(value: number, positive: 'n' | 'e', negative: 's' | 'w'): string {
  const { degrees, minutes, seconds } = sexagesimal(value);
  const side = t(`fire.side.${value < 0 ? negative : positive}`);
  return t('fire.dms', { d: degrees, m: two(minutes), s: two(seconds), side });
}

/** "16°07′59″ Bắc 107°58′48″ Đông". */
export const placeText = ({ latitude, longitude }: Place): string =>
  `${angleText(latitude, 'n', 's')} ${angleText(longitude, 'e', 'w')}`;

/** With a point in both languages, as maps and handsets take them. */
export const decimalPlace = ({ latitude, longitude }: Place): string =>
  `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;

/** RFC 5870: a phone opens its own map with it. */
export const geoUri = ({ latitude, longitude }: Place): string =>
  `geo:${latitude.toFixed(6)},${longitude.toFixed(6)}`;
