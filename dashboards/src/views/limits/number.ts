/** Numbers of limits: every decimal that was set is shown, however the parameter is shown elsewhere. */
import { type Language, parameterOf } from '../../../../devices/parameter.ts';
import { isSwitch, parameterName, unitLabel } from '../../format.ts';
import { language } from '../../i18n.ts';
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

/** A name inside a sentence begins small, unless it is an abbreviation or a symbol: "oxy hòa tan", "pH", "PM2.5". */
export function inSentence(parameter: string): string {
  const name = parameterName(parameter, language.value);
  return /^\p{Lu}\p{Ll}/u.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : name;
}
