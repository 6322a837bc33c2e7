/** What an index means in words: its category with colour and advice, where the method has them. */
import { ANGSTROM_CLASS_NAMES, angstromClass } from '../../devices/methods/angstrom.ts';
import type { IndexCategory } from '../../devices/methods/aqi.ts';
import { NESTEROV_CLASS_NAMES, nesterovClass } from '../../devices/methods/nesterov.ts';
import { US_AQI_CATEGORIES } from '../../devices/methods/us-aqi.ts';
import { AQI_CATEGORIES } from '../../devices/methods/vn-aqi.ts';
import { WQI_CLASSES } from '../../devices/methods/vn-wqi-tables.ts';
import type { ParameterId } from '../../devices/parameter.ts';
import { FIRE_LEVELS, type FireLevel } from '../../devices/standards/fire-levels.ts';
import type { DerivedValueAnswer } from '../../devices/wire/api.ts';
import type { DeriveSettings } from './settings.ts';
import { wqiSettings } from './water.ts';

type Category = NonNullable<DerivedValueAnswer['category']>;

/** Null for what has no categories. */
export function categoryOf(parameter: ParameterId, value: number, settings: DeriveSettings): Category | null {
  switch (parameter) {
    case 'vn_aqi':
    case 'vn_aqi_day': {
      const category = AQI_CATEGORIES.find(({ upTo }) => value <= upTo);
      return category ? { ...ofIndex(category), advice: category.advice } : null;
    }
    case 'us_aqi': {
      const category = US_AQI_CATEGORIES.find(({ upTo }) => value <= upTo);
      return category ? ofIndex(category) : null;
    }
    case 'vn_wqi':
      return ofWater(value, settings);
    case 'fire_level': {
      const { roman, name } = FIRE_LEVELS[value as FireLevel];
      return { name: { vi: `Cấp ${roman}: ${name.vi}`, en: `Level ${roman}: ${name.en}` } };
    }
    case 'nesterov_index':
      return { name: NESTEROV_CLASS_NAMES[nesterovClass(value)] };
    case 'angstrom_index':
      return { name: ANGSTROM_CLASS_NAMES[angstromClass(value)] };
    default:
      return null;
  }
}

const ofIndex = ({ name, colour }: IndexCategory): Category => ({ name, colour });

function ofWater(value: number, settings: DeriveSettings): Category | null {
  const found = WQI_CLASSES.find(({ from }) => value >= from);
  if (found === undefined) return null;
  const { class_4, class_5 } = wqiSettings(settings.vn_wqi);
  return {
    name: found.name ?? (found.number === 4 ? class_4 : class_5),
    colour: found.colour,
    advice: found.use,
  };
}
