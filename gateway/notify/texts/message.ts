/** What a message says: title, whole text, and what goes into an SMS, in a person's language. Pure. */
import type { Level } from '../../../devices/limit.ts';
import { VIETNAM_AHEAD_MS } from '../../../devices/local-time.ts';
import { isParameter, type Language, parameterOf } from '../../../devices/parameter.ts';
import { isUnit, UNITS } from '../../../devices/unit.ts';
import type { AlertAnswer } from '../../../devices/wire/api.ts';
import type { Message } from '../channel.ts';
import type { Content, Owed } from '../notices-messages.ts';
import { en } from './en.ts';
import { vi } from './vi.ts';
import type { Words } from './words.ts';

export const WORDS: Readonly<Record<Language, Words>> = { vi, en };

/** An alert with where it is. */
export interface Placed {
  readonly alert: AlertAnswer;
  /** null: it is about no place. */
  readonly map: string | null;
  readonly commissioning: boolean;
}

/** A subject that the message tells of by itself: some of its alerts, of so many. */
export interface Part {
  readonly owed: Owed;
  readonly level: Level;
  readonly members: number;
  readonly alerts: readonly Placed[];
}

export interface Told {
  /** What is answered by SMS. */
  readonly number: number;
  readonly parts: readonly Part[];
  readonly counts: Content['counts'];
  readonly level: Level | null;
  /** The person has a telephone that answers SMS. */
  readonly answersSms: boolean;
}

/** Characters of one SMS of the GSM alphabet (3GPP TS 23.038), and of two of UCS-2 that belong together. */
const GSM_CHARACTERS = 160;
const UCS2_CHARACTERS = 2 * 67;
const MOST_TITLE = 140;

/** ASCII that the GSM alphabet has as one character each. */
const isGsm = (text: string): boolean => /^[\x20-\x7e]*$/.test(text) && !/[`^{}\\[\]~|]/.test(text);

export function messageText(
  told: Told,
  language: Language,
): Pick<Message, 'title' | 'text' | 'short' | 'maps'> {
  const words = WORDS[language];
  const { counts } = told;
  const standing = counts.notice + counts.warning + counts.critical;
  const [first] = told.parts;
  if (first === undefined) throw new RangeError('a message tells of something');
  const head = headOf(told, words);
  const what = whatOf(first.alerts[0]?.alert, words, language, UNITS_AS_SHOWN);
  const places = placesOf(first, words, language);
  const several = standing + counts.over > 1;
  const title = cut(`${head}: ${places}${what === '' ? '' : `: ${what}`}`, MOST_TITLE);
  const rest = standing + counts.over - told.parts.length;
  const text = [
    ...(several ? [`${head}.`] : []),
    ...told.parts.flatMap((part) => partLines(part, words, language)),
    ...(rest > 0 ? [words.more(rest)] : []),
    ...(standing > 0 && told.answersSms ? ['', words.answer(told.number)] : []),
  ].join('\n');
  const maps = told.parts.flatMap(({ alerts }) => alerts.flatMap(({ map }) => map ?? []));
  return { title, text, short: shortText(told, first, words, language), maps };
}

const LEVELS_DOWN = ['critical', 'warning', 'notice'] as const;

function headOf({ level, counts, parts }: Told, words: Words): string {
  const [first] = parts;
  const one = parts.length === 1 ? first : undefined;
  const standing = LEVELS_DOWN.filter((name) => counts[name] > 0);
  const test = first?.alerts[0]?.commissioning ? `${words.test} ` : '';
  if (level === null) return `${test}${one ? overWord(one, words) : words.ended(counts.over)}`;
  if (one) {
    const again =
      one.owed === 'repeat' ? ` (${words.repeated})` : one.owed === 'grown' ? ` (${words.grown})` : '';
    return `${test}${words.level[level]}${again}`;
  }
  const levels = standing.map((name) => `${counts[name]} ${words.level[name].toLowerCase()}`);
  const ended = counts.over > 0 ? [words.ended(counts.over)] : [];
  return `${test}${words.alerts(counts.notice + counts.warning + counts.critical)} (${[...levels, ...ended].join(', ')})`;
}

const overWord = ({ alerts }: Part, words: Words): string =>
  alerts.length > 0 && alerts.every(({ alert }) => alert.retracted) ? words.retracted : words.over;

function placesOf({ alerts, members }: Part, words: Words, language: Language): string {
  const names = [...new Set(alerts.map(({ alert }) => alert.station_name[language]))];
  return words.places(names, Math.max(0, members - alerts.length));
}

type UnitText = (unit: string) => string;
const UNITS_AS_SHOWN: UnitText = (unit) => (isUnit(unit) ? UNITS[unit].label : unit);
/** With the letters that the GSM alphabet has. */
const UNITS_FOR_SMS: UnitText = (unit) =>
  UNITS_AS_SHOWN(unit).replace('µ', 'u').replace('°', '').replace('²', '2').replace('³', '3');

const measuredBy = ({ evidence }: AlertAnswer) =>
  evidence.findLast(({ state }) => state === 'raised') ?? null;

/** The parameter with its value, or what is silent. */
function whatOf(
  alert: AlertAnswer | undefined,
  words: Words,
  language: Language,
  unitText: UnitText,
): string {
  if (alert === undefined) return '';
  if (alert.about) return words.silent;
  const name = isParameter(alert.parameter) ? parameterOf(alert.parameter).name[language] : alert.parameter;
  if (alert.no_data) return `${name}: ${words.noData}`;
  const measured = measuredBy(alert);
  return measured === null
    ? name
    : `${name} ${quantity(alert, measured.value, measured.unit, language, unitText)}`;
}

function quantity(
  { parameter }: AlertAnswer,
  value: number,
  unit: string,
  language: Language,
  unitText: UnitText,
): string {
  const number = value.toFixed(isParameter(parameter) ? parameterOf(parameter).decimals : 1);
  return `${language === 'vi' ? number.replace('.', ',') : number} ${unitText(unit)}`.trim();
}

/** Vietnamese time, `14:05 05/03`. */
function timeText(at: number): string {
  const text = new Date(at + VIETNAM_AHEAD_MS).toISOString();
  return `${text.slice(11, 16)} ${text.slice(8, 10)}/${text.slice(5, 7)}`;
}

const timeOf = (alert: AlertAnswer, over: boolean): number =>
  (over ? alert.cleared_at : null) ?? measuredBy(alert)?.at ?? alert.opened_at;

/** An alert as one line: level, place, value with its limit, time. */
export const alertLine = (alert: AlertAnswer, language: Language): string =>
  lineOf(alert, WORDS[language].level[alert.level], false, language);

function lineOf(alert: AlertAnswer, state: string, over: boolean, language: Language): string {
  const words = WORDS[language];
  const measured = measuredBy(alert);
  const limit =
    measured === null || alert.no_data
      ? ''
      : ` (${words.limit} ${quantity(alert, measured.threshold, measured.unit, language, UNITS_AS_SHOWN)})`;
  const what = whatOf(alert, words, language, UNITS_AS_SHOWN);
  return `${state}: ${alert.station_name[language]}: ${what}${limit}, ${words.at} ${timeText(timeOf(alert, over))}`;
}

function partLines(part: Part, words: Words, language: Language): string[] {
  const over = part.owed === 'over';
  const lines = part.alerts.flatMap((placed) => {
    const { alert, map } = placed;
    return [
      lineOf(alert, over ? overWord(part, words) : words.level[alert.level], over, language),
      ...(alert.origin ? [`  ${words.origin}: ${alert.origin[language]}`] : []),
      ...(map === null || over ? [] : [`  ${words.map}: ${map}`]),
    ];
  });
  const more = part.members - part.alerts.length;
  return more > 0 ? [...lines, `  ${words.more(more)}`] : lines;
}

/** Within one SMS of the GSM alphabet, or two of Unicode: the map gives way first, then the places. */
function shortText(told: Told, part: Part, words: Words, language: Language): string {
  const [first] = part.alerts;
  const what = whatOf(first?.alert, words, language, UNITS_FOR_SMS);
  const over = part.owed === 'over';
  const time = first === undefined ? '' : `, ${timeText(timeOf(first.alert, over))}`;
  const replayed = first?.alert.origin ? `${words.replayed} ` : '';
  const head = `${replayed}${headOf(told, words)}`;
  const places = placesOf(part, words, language);
  const answer = told.level === null ? '' : `. ${words.shortAnswer(told.number)}`;
  const map = over || !first?.map ? '' : `. ${first.map}`;
  const make = (most: number): string => {
    const around = `${head}: : ${what}${time}${answer}`.length;
    if (around + places.length + map.length <= most)
      return `${head}: ${places}: ${what}${time}${map}${answer}`;
    const place = cut(places, Math.max(8, most - around), '..');
    return `${cut(`${head}: ${place}: ${what}${time}`, most - answer.length, '..')}${answer}`;
  };
  const whole = make(GSM_CHARACTERS);
  return isGsm(whole) ? whole : make(UCS2_CHARACTERS);
}

/** At most so many UTF-16 units, no half of a character. */
function cut(text: string, most: number, end = '…'): string {
  if (text.length <= most) return text;
  const kept = text.slice(0, most - end.length);
  return `${/[\ud800-\udbff]$/.test(kept) ? kept.slice(0, -1) : kept}${end}`;
}
