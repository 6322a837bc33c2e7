/** What warnings say, in Vietnamese and English. Our wording: short, what it is, where, how much, what to do. Pure. */
import { AQI_CATEGORIES } from '../../../devices/methods/vn-aqi.ts';
import { type Language, type ParameterId, parameterOf } from '../../../devices/parameter.ts';
import { FIRE_LEVELS, type FireLevel } from '../../../devices/standards/fire-levels.ts';
import type { Text } from '../../../devices/word.ts';
import type { Hazard, RowId } from './mapping.ts';
import type { Member } from './member.ts';

interface Wording {
  readonly event: Text;
  readonly instruction: Text;
}

const fireLevel = (level: FireLevel, instruction: Text): Wording => {
  const { roman, name } = FIRE_LEVELS[level];
  return {
    event: {
      vi: `Dự báo cháy rừng cấp ${roman} (${name.vi.replace(/^Cấp /, '')})`,
      en: `Forest fire danger level ${roman} (${name.en.toLowerCase()})`,
    },
    instruction,
  };
};

const air = (category: number): Wording => {
  const { name, advice } = AQI_CATEGORIES[category] ?? {
    name: { vi: '', en: '' },
    advice: { vi: '', en: '' },
  };
  return {
    event: {
      vi: `Chất lượng không khí ${name.vi.toLowerCase()}`,
      en: `Air quality ${name.en.toLowerCase()}`,
    },
    instruction: advice,
  };
};

const NO_FLAME: Text = {
  vi: 'Không sử dụng lửa trong rừng và ven rừng. Thấy khói hoặc lửa thì báo ngay cho kiểm lâm hoặc lực lượng chữa cháy.',
  en: 'Do not use fire in or near the forest. Report smoke or flames to the rangers or the fire brigade at once.',
};
const WATER: Wording = {
  event: { vi: 'Chất lượng nước mặt vượt ngưỡng', en: 'Surface water quality beyond its limit' },
  instruction: {
    vi: 'Hạn chế lấy nước tại đây cho tới khi có thông báo mới. Đơn vị quản lý kiểm tra nguồn nước.',
    en: 'Limit the use of water from here until further notice. Those in charge examine the source.',
  },
};

const WORDINGS: Readonly<Record<RowId, Wording>> = {
  'fire-level-3': fireLevel(3, NO_FLAME),
  'fire-level-4': fireLevel(4, NO_FLAME),
  'fire-level-5': fireLevel(5, NO_FLAME),
  'fire-alarm': {
    event: { vi: 'Cảm biến báo cháy rừng', en: 'Forest fire alarm by sensors' },
    instruction: {
      vi: 'Lực lượng trực kiểm tra hiện trường ngay. Người dân tránh xa khu vực cho tới khi có kết quả.',
      en: 'Those on duty examine the place at once. Others keep away until they have.',
    },
  },
  'fire-confirmed': {
    event: { vi: 'Cháy rừng đã được xác nhận', en: 'Forest fire, confirmed' },
    instruction: {
      vi: 'Rời xa khu vực cháy, nhường đường cho lực lượng chữa cháy và làm theo hướng dẫn của chính quyền.',
      en: 'Keep away from the fire, leave roads to the firefighters and do as the authorities say.',
    },
  },
  'air-poor': air(2),
  'air-bad': air(3),
  'air-very-bad': air(4),
  'air-hazardous': air(5),
  'water-minor': WATER,
  'water-moderate': WATER,
  congestion: {
    event: { vi: 'Ùn tắc giao thông', en: 'Traffic congestion' },
    instruction: { vi: 'Chọn tuyến đường khác nếu có thể.', en: 'Take another way if you can.' },
  },
};

export const wordingOf = (row: RowId): Wording => WORDINGS[row];

const OVER: Readonly<Record<Hazard, Text>> = {
  'fire-level': { vi: 'Cấp dự báo cháy rừng đã giảm', en: 'The forest fire danger has gone down' },
  'fire-alarm': { vi: 'Cảm biến không còn báo cháy', en: 'The sensors report no fire any more' },
  air: { vi: 'Chất lượng không khí đã tốt hơn', en: 'Air quality is better again' },
  water: { vi: 'Chất lượng nước mặt đã trở lại trong ngưỡng', en: 'Surface water is within its limit again' },
  traffic: { vi: 'Hết ùn tắc giao thông', en: 'The congestion is over' },
};
export const overOf = (hazard: Hazard): Text => OVER[hazard];

export const NOTHING_TO_DO: Text = {
  vi: 'Cảnh báo trước đó đã kết thúc, không cần thực hiện thêm biện pháp nào.',
  en: 'The warning before is over, nothing more needs to be done.',
};

/** It ended and no reading says why: its limit was taken away, or its station. */
export const NO_LONGER_WATCHED: Text = {
  vi: 'Cảnh báo không còn được theo dõi',
  en: 'The warning is no longer followed',
};
export const LOOK_FOR_YOURSELF: Text = {
  vi: 'Cảnh báo trước đó không còn hiệu lực vì điểm đo không còn được theo dõi; điều này không có nghĩa là đã hết nguy cơ.',
  en: 'The warning before no longer applies, since its condition is no longer measured; that does not mean that the danger is over.',
};

/** Places that a text names; of more it says how many. */
const MOST_PLACES = 4;
const MOST_HEADLINE = 140;
const MORE: Text = { vi: 'và {n} điểm khác', en: 'and {n} more' };

export function placesText(members: readonly Member[], language: Language): string {
  const names = [...new Map(members.map(({ station, name }) => [station, name[language]])).values()];
  const more = names.length - MOST_PLACES;
  const shown = names.slice(0, MOST_PLACES).join(', ');
  return more > 0 ? `${shown} ${MORE[language].replace('{n}', String(more))}` : shown;
}

export const headlineText = (what: string, places: string): string => {
  const text = `${what}: ${places}`;
  return text.length <= MOST_HEADLINE ? text : `${text.slice(0, MOST_HEADLINE - 1).toWellFormed()}…`;
};

/** Value and unit as people read them; of an index the number alone. */
export function valueText({ parameter, value, unit }: Member): string | null {
  if (value === null) return null;
  const number = value.toFixed(parameterOf(parameter as ParameterId).decimals);
  return unit === null || unit === 'index' || unit === '/' ? number : `${number} ${unit}`;
}

const REASON: Text = { vi: 'Nguồn ngưỡng', en: 'Limit by' };
const ORIGIN: Text = { vi: 'Số liệu phát lại', en: 'Replayed values' };
const MEASURED: Text = { vi: 'Ghi nhận tại', en: 'Measured at' };

/** A sentence for each place, up to some of them. */
export function descriptionText(event: string, members: readonly Member[], language: Language): string {
  const places = members.slice(0, MOST_PLACES).map((member) => {
    const { name, parameter, source, origin } = member;
    const value = valueText(member);
    const measured = `${parameterOf(parameter as ParameterId).name[language]}${value === null ? '' : ` ${value}`}`;
    const limit = source ? ` (${REASON[language]}: ${source[language]})` : '';
    const replayed = origin ? ` [${ORIGIN[language]}: ${origin[language]}]` : '';
    return `${MEASURED[language]} ${name[language]}: ${measured}${limit}${replayed}.`;
  });
  const more = members.length - MOST_PLACES;
  const rest = more > 0 ? [`${MORE[language].replace('{n}', String(more))}.`] : [];
  return [`${event}.`, ...places, ...rest].join(' ');
}
