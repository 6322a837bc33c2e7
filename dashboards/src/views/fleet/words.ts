/** What gateway and edges say in English, in the language of the screen where it is known. Pure. */
import type { Language } from '../../../../devices/parameter.ts';
import { reasonText } from '../../reason.ts';
import { fill, TEXTS, type TextKey } from '../../texts/texts.ts';

/** Why something is in quarantine. */
const REFUSED: ReadonlyArray<readonly [RegExp, TextKey]> = [
  [/^not SenML: the payload is no JSON$/, 'fleet.why.noJson'],
  [/^not SenML/, 'fleet.why.noSenml'],
  [/^unknown station "(?<station>[^"]*)"/, 'fleet.why.station'],
  [/^unknown parameter "(?<parameter>.*)": not in the station's inventory/s, 'fleet.why.notAnnounced'],
  [/^unknown parameter "(?<parameter>.*)"/s, 'fleet.why.parameter'],
  [/^time is more than (?<n>\d+) minutes ahead/, 'fleet.why.ahead'],
  [/^"(?<parameter>\w+)" is derived by the gateway/, 'fleet.why.derived'],
  [/^unit "(?<given>.*)" does not fit (?<parameter>\w+), which is in (?<unit>\S+)$/s, 'fleet.why.unit'],
];

/** null: it is not known here, and told as it came. */
export function refusedWords(reason: string, language: Language): string | null {
  if (language === 'en') return null;
  for (const [pattern, key] of REFUSED) {
    const match = pattern.exec(reason);
    if (match) return fill(TEXTS[language][key], match.groups ?? {});
  }
  return null;
}

/** What is wrong with an instrument: the same words as the reason of a reading that is missing. */
export const instrumentWords = (error: string, language: Language): string =>
  reasonText(error, TEXTS[language]);

const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
type WeekDay = (typeof WEEK)[number];

/** "thứ hai đến thứ sáu" of days on end, otherwise one by one. */
export function daysWords(days: readonly WeekDay[], language: Language): string {
  const texts = TEXTS[language];
  const at = WEEK.flatMap((day, index) => (days.includes(day) ? [index] : []));
  const name = (index: number | undefined): string => texts[`fleet.day.${WEEK[index ?? 0] ?? 'mon'}`];
  const [first, last] = [at[0], at.at(-1)];
  if (at.length === WEEK.length) return texts['fleet.duty.daily'];
  if (at.length > 2 && first !== undefined && last === first + at.length - 1)
    return fill(texts['fleet.duty.span'], { from: name(first), to: name(last) });
  return at.map(name).join(', ');
}
