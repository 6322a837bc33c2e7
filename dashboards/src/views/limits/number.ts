/** Numbers of limits: every decimal that was set is shown, however the parameter is shown elsewhere. */
import { type Language, parameterOf } from '../../../../devices/parameter.ts';
import { isSwitch, parameterName, unitLabel } from '../../format.ts';
import { language, t } from '../../i18n.ts';
import type { Limit } from './calls.ts';

const FORMATS: Readonly<Record<Language, Intl.NumberFormat>> = {
  vi: new Intl.NumberFormat('vi-VN', { maximumFractionDigits: 6 }),
  en: new Intl.NumberFormat('en-GB', { maximumFractionDigits: 6 }),
};

export const exact = (value: number): string => FORMATS[language.value].format(value);

export const unitOf = (parameter: Limit['parameter']): string =>
  isSwitch(parameter) ? '' : unitLabel(parameterOf(parameter).unit, language.value);

export function exactWithUnit(value: number, parameter: Limit['parameter']): string {
  const unit = unitOf(parameter);
  const space = unit === '' || unit === '%' || unit === '°' ? '' : ' ';
  return `${exact(value)}${space}${unit}`;
}

const UNITS = [
  ['duration.days', 86_400],
  ['duration.hours', 3600],
  ['duration.minutes', 60],
  ['duration.seconds', 1],
] as const;

/** A length of time, to its last second: "1 giờ 30 giây". */
export function lasting(seconds: number): string {
  let rest = Math.round(seconds);
  const said: string[] = [];
  for (const [key, length] of UNITS) {
    const n = Math.floor(rest / length);
    rest -= n * length;
    if (n > 0) said.push(t(key, { n }));
  }
  return said.length === 0 ? t('duration.seconds', { n: 0 }) : said.join(' ');
}

/** A name inside a sentence begins small, unless it is an abbreviation or a symbol: "oxy hòa tan", "pH", "PM2.5". */
export function inSentence(parameter: string): string {
  const name = parameterName(parameter, language.value);
  return /^\p{Lu}\p{Ll}/u.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : name;
}

/** To the minute, of what is longer than one. */
export const rough = (seconds: number): string =>
  lasting(seconds < 60 ? seconds : Math.round(seconds / 60) * 60);
