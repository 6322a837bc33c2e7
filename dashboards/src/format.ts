/** Numbers, units and times as people read them. */
import { dayOf, VIETNAM_AHEAD_MS } from '../../devices/local-time.ts';
import { isParameter, type Language, parameterOf } from '../../devices/parameter.ts';
import { isUnit, UNITS } from '../../devices/unit.ts';
import type { TextKey } from './texts/texts.ts';

const LOCALE: Readonly<Record<Language, string>> = { vi: 'vi-VN', en: 'en-GB' };
const TIME_ZONE = 'Asia/Ho_Chi_Minh';

const numbers = new Map<string, Intl.NumberFormat>();

function numberFormat(language: Language, decimals: number): Intl.NumberFormat {
  const key = `${language}${decimals}`;
  let format = numbers.get(key);
  if (!format) {
    format = new Intl.NumberFormat(LOCALE[language], {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    });
    numbers.set(key, format);
  }
  return format;
}

const decimalsOf = (parameter: string): number =>
  isParameter(parameter) ? parameterOf(parameter).decimals : 2;

/** What the last decimal of a parameter is worth. */
export const stepOf = (parameter: string): number => 10 ** -decimalsOf(parameter);

/** Yes or no rather than a number: smoke, flame. */
export const isSwitch = (parameter: string): boolean =>
  isParameter(parameter) && parameterOf(parameter).unit === '/' && parameterOf(parameter).decimals === 0;

export const switchText = (value: number): TextKey => (value >= 0.5 ? 'value.on' : 'value.off');

export const formatNumber = (value: number, parameter: string, language: Language): string =>
  numberFormat(language, decimalsOf(parameter)).format(value);

/** A figure that is no reading: a distance, a share. */
export const formatFigure = (value: number, decimals: number, language: Language): string =>
  numberFormat(language, decimals).format(value);

/** "10.000" of something. */
export const formatCount = (count: number, language: Language): string =>
  numberFormat(language, 0).format(count);

export function unitLabel(unit: string, language: Language): string {
  // "xe" is Vietnamese for vehicle; the other labels are symbols.
  if (unit === '1/h' && language === 'en') return 'veh/h';
  // "pH 7,20": the parameter's name says it already.
  if (unit === 'pH') return '';
  return isUnit(unit) ? UNITS[unit].label : unit;
}

export const parameterName = (parameter: string, language: Language): string =>
  isParameter(parameter) ? parameterOf(parameter).name[language] : parameter;

const times = new Map<string, Intl.DateTimeFormat>();

function timeFormat(
  name: string,
  language: Language,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = `${name}${language}`;
  let format = times.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(LOCALE[language], { timeZone: TIME_ZONE, hourCycle: 'h23', ...options });
    times.set(key, format);
  }
  return format;
}

const HOUR: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' };

export const formatHour = (at: number, language: Language): string =>
  timeFormat('hour', language, HOUR).format(at);

/** With the date, when that is not today's, and with the year, when that is another one. */
export function formatMoment(at: number, now: number, language: Language): string {
  const day = (ms: number) => Math.floor((ms + VIETNAM_AHEAD_MS) / 86_400_000);
  if (day(at) === day(now)) return formatHour(at, language);
  // Day/month with a slash in both languages, as people write it; the Vietnamese locale data has a hyphen.
  return `${formatHour(at, language)} ${yearOf(at) === yearOf(now) ? dayMonth(at) : formatDate(at)}`;
}

const yearOf = (at: number): string => dayOf(at).slice(0, -6);

const dayMonth = (at: number): string =>
  timeFormat('date', 'en', { day: '2-digit', month: '2-digit' }).format(at);

/** Day, month and year with slashes, in both languages. */
export const formatDate = (at: number): string =>
  timeFormat('day', 'en', { day: '2-digit', month: '2-digit', year: 'numeric' }).format(at);

/** Below a chart: what tells its moments apart; midnight is told as its day. */
export function formatTick(
  at: number,
  grain: 'second' | 'hour' | 'day' | 'month',
  language: Language,
): string {
  if (grain === 'second') return timeFormat('second', language, { ...HOUR, second: '2-digit' }).format(at);
  if (grain === 'month') return timeFormat('month', 'en', { month: '2-digit', year: 'numeric' }).format(at);
  const isMidnight = (at + VIETNAM_AHEAD_MS) % 86_400_000 === 0;
  return grain === 'day' || isMidnight ? dayMonth(at) : formatHour(at, language);
}

/** Every figure of a moment, for those who want to know exactly. */
export const formatExact = (at: number, language: Language): string =>
  timeFormat('exact', language, { dateStyle: 'medium', timeStyle: 'medium' }).format(at);
