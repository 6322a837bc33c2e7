/** What an index means in words: its category with colour and advice, where the method has them. */
import { ANGSTROM_CLASS_NAMES, angstromClass } from '../../devices/methods/angstrom.ts';
import type { IndexCategory } from '../../devices/methods/aqi.ts';
import { NESTEROV_CLASS_NAMES, nesterovClass } from '../../devices/methods/nesterov.ts';
import { US_AQI_CATEGORIES } from '../../devices/methods/us-aqi.ts';
import { AQI_CATEGORIES } from '../../devices/methods/vn-aqi.ts';
import { WQI_CLASSES, type WqiClass } from '../../devices/methods/vn-wqi-tables.ts';
import type { ParameterId } from '../../devices/parameter.ts';
import { FIRE_LEVELS, FIRE_TABLES, type FireLevel } from '../../devices/standards/fire-levels.ts';
import type { DerivedValueAnswer } from '../../devices/wire/api.ts';
import type { ScaleStep } from '../../devices/wire/derived.ts';
import type { Text } from '../../devices/word.ts';
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

const FIRE_TABLE_METHOD = 'fire-level/';

/** The table by which a fire level was read; null for anything else, and for a table that has left the settings since. */
export function tableOf(method: string, { fire_tables }: DeriveSettings): DerivedValueAnswer['table'] | null {
  if (!method.startsWith(FIRE_TABLE_METHOD)) return null;
  const id = method.slice(FIRE_TABLE_METHOD.length);
  const table = [...FIRE_TABLES, ...fire_tables].find((one) => one.id === id);
  return table === undefined ? null : { name: table.name, source: table.source, up_to: [...table.up_to] };
}

const ofIndex = ({ name, colour }: IndexCategory): Category => ({ name, colour });

function ofWater(value: number, settings: DeriveSettings): Category | null {
  const found = WQI_CLASSES.find(({ from }) => value >= from);
  if (found === undefined) return null;
  return { name: nameOfClass(found, settings), colour: found.colour, advice: found.use };
}

function nameOfClass({ name, number }: WqiClass, settings: DeriveSettings): Text {
  const { class_4, class_5 } = wqiSettings(settings.vn_wqi);
  return name ?? (number === 4 ? class_4 : class_5);
}

/** The official categories of an index by rising value; null for what has none with a colour and an advice. */
export function scaleOf(parameter: ParameterId, settings: DeriveSettings): ScaleStep[] | null {
  if (parameter === 'vn_aqi' || parameter === 'vn_aqi_day')
    return AQI_CATEGORIES.map(({ upTo, name, colour, advice }, index) => {
      const from = index === 0 ? 0 : (AQI_CATEGORIES[index - 1]?.upTo ?? 0) + 1;
      return { from, to: upTo, name, colour, advice };
    });
  if (parameter !== 'vn_wqi') return null;
  return WQI_CLASSES.map((one, index) => {
    const to = index === 0 ? 100 : (WQI_CLASSES[index - 1]?.from ?? 0) - 1;
    return { from: one.from, to, name: nameOfClass(one, settings), colour: one.colour, advice: one.use };
  }).reverse();
}
