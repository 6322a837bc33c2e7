/** Distances and directions in words, as they are read out over a radio. */
import { formatFigure } from '../../format.ts';
import { language, t } from '../../i18n.ts';
import { compass } from './bearing.ts';

export function distanceText(metres: number): string {
  if (metres < 995)
    return t('fire.metres', { n: formatFigure(Math.round(metres / 10) * 10, 0, language.value) });
  return t('fire.kilometres', { n: formatFigure(metres / 1000, 1, language.value) });
}

export const compassText = (degrees: number): string => t(`fire.compass.${compass(degrees)}`);
