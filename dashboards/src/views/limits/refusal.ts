/** What the gateway says against a limit: which one, which field, and the sentence in the language of the screen. Pure. */
import type { Language } from '../../../../devices/parameter.ts';
import { fill, TEXTS, type TextKey } from '../../texts/texts.ts';

export interface Refusal {
  /** Place among the limits that were sent; null: it is about something else. */
  readonly index: number | null;
  /** As the gateway names it; empty when it is about the limit as a whole. */
  readonly field: string;
  readonly sentence: string;
}

/** "rule/limits/0/clear: clear value 38 is on …", as a rehearsal and a change say it. */
export function refusalOf(detail: string, language: Language): Refusal {
  const [, index, field = '', said] = /^(?:rule\/)?limits\/(\d+)(?:\/([\w/]+))?: (.+)$/s.exec(detail) ?? [];
  if (index === undefined || said === undefined)
    return { index: null, field: '', sentence: inWords(detail, language) };
  return { index: Number(index), field: field.split('/')[0] ?? '', sentence: inWords(said, language) };
}

/** The gateway speaks English; what it says of limits is known here, what is not is told as it came. */
const KNOWN: ReadonlyArray<readonly [RegExp, TextKey]> = [
  [
    /^(?:clear|clear low|clear high) value (?<clear>\S+) is on the wrong side of \w+ value (?<raise>\S+) for/,
    'limits.refused.side',
  ],
  [/^low value (?<low>\S+) must be below high value (?<high>\S+)$/, 'limits.refused.band'],
  [
    /^clear_low value (?<low>\S+) must not be above clear_high value (?<high>\S+)$/,
    'limits.refused.clearBand',
  ],
  [/^(?<needed>\d+) of (?<of>\d+) samples cannot be$/, 'limits.refused.votes'],
  [/^"needed" and "of" go together/, 'limits.refused.together'],
  [/^(?<least>\d+) days cannot be found in the last (?<days>\d+)$/, 'limits.refused.days'],
  [/^no instrument of .+ gives (?<parameter>\S+)$/, 'limits.refused.parameter'],
  [/^\S+ is there twice$/, 'limits.refused.twice'],
  [/^must be above 0/, 'limits.refused.positive'],
  [/^must be (?:0|0 seconds) or more/, 'limits.refused.negative'],
  [/^must be 1 second or more/, 'limits.refused.second'],
  [/^Too big: expected \w+ to be <=(?<most>\S+)$/, 'limits.refused.most'],
  [/^Too small: expected \w+ to be >=(?<least>\S+)$/, 'limits.refused.least'],
  [/is derived: what can be silent/, 'limits.refused.derived'],
  [/is the alarm of the fire rules/, 'limits.refused.fire'],
];

function inWords(said: string, language: Language): string {
  for (const [pattern, key] of KNOWN) {
    const match = pattern.exec(said);
    if (match) return fill(TEXTS[language][key], localNumbers(match.groups ?? {}, language));
  }
  return said;
}

const localNumbers = (
  said: Readonly<Record<string, string>>,
  language: Language,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(said).map(([name, value]) => [
      name,
      language === 'vi' && /^-?\d+\.\d+$/.test(value) ? value.replace('.', ',') : value,
    ]),
  );
