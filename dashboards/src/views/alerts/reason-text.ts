/** Why something became of an alert: a person's words as they are, those of the gateway in the language of the screen. Pure. */
import type { TransitionAnswer } from '../../../../devices/wire/api.ts';
import { formatDuration } from '../../age.ts';
import { fill, type TextKey, type Texts } from '../../texts/texts.ts';
import { sirenText, tellingText } from './telling-text.ts';

/** As whom the gateway says what it found by itself. */
export const GATEWAY = 'gateway';

/** How the screen calls what the gateway names in its words. */
export interface Named {
  /** A silence by its key: `edge/{name}`, `station/{id}`, `flows`. */
  cause(key: string): string;
  station(id: string): string;
  /** Epoch ms. */
  moment(at: number): string;
}

type Groups = Readonly<Record<string, string>>;
/** What gateway/alerts/ writes where no person has said why: its text, and what that is filled with. */
type Sentence = readonly [
  RegExp,
  TextKey,
  ((groups: Groups, named: Named, texts: Texts) => Record<string, string>)?,
];

const time = (seconds: string | undefined, texts: Texts): string =>
  formatDuration(Number(seconds) * 1000, texts);

const SENTENCES: readonly Sentence[] = [
  [/^waits for its cause to be known$/, 'alerts.because.cause'],
  [/^nothing explains it$/, 'alerts.because.nothing'],
  [/^its time is over$/, 'alerts.because.time'],
  [/^it is there again$/, 'alerts.because.there'],
  [/^it is no longer announced$/, 'alerts.because.withdrawn'],
  [/^late, and its reporter has not cleared it$/, 'alerts.because.late'],
  [
    /^nobody acknowledged it within (?<s>\d+) s$/,
    'alerts.because.nobody',
    ({ s }, _, texts) => ({ time: time(s, texts) }),
  ],
  [
    /^raised (?<n>\d+) times within (?<s>\d+) s$/,
    'alerts.because.raises',
    ({ n = '', s }, _, texts) => ({ n, time: time(s, texts) }),
  ],
  [
    /^no change for (?<s>\d+) s$/,
    'alerts.because.unchanged',
    ({ s }, _, texts) => ({ time: time(s, texts) }),
  ],
  [
    /^follows from (?<key>.+)$/,
    'alerts.because.follows',
    ({ key = '' }, { cause }) => ({ cause: cause(key) }),
  ],
  [
    /^(?<key>.+) is back: its data are waited for$/,
    'alerts.because.back',
    ({ key = '' }, { cause }) => ({ cause: cause(key) }),
  ],
  [
    /^(?<name>.+) says so now$/,
    'alerts.because.saysNow',
    ({ name = '' }, { cause }) => ({ reporter: name === 'flows' ? cause(name) : name }),
  ],
  [
    /^nothing since (?<at>\d{4}-\S+)$/,
    'alerts.because.since',
    ({ at = '' }, { moment }) => ({ time: moment(Date.parse(at)) }),
  ],
  [/^incident (?<id>\d+) begins$/, 'alerts.because.begins'],
  [/^within (?<m>\d+) m of incident (?<id>\d+)$/, 'alerts.because.near'],
  [/ lies between incidents (?<one>\d+) and (?<other>\d+)$/, 'alerts.because.between'],
];

export function reasonOf(
  { kind, by, reason }: Pick<TransitionAnswer, 'kind' | 'by' | 'reason'>,
  texts: Texts,
  named: Named,
): string | null {
  if (reason === null || (by !== null && by !== GATEWAY)) return reason;
  if (kind === 'told' || kind === 'not told') return tellingText(reason, texts);
  if (kind === 'sounded' || kind === 'silenced' || kind === 'not confirmed')
    return sirenText(reason, texts, named.station);
  for (const [pattern, key, values] of SENTENCES) {
    const match = pattern.exec(reason);
    const groups = match?.groups ?? {};
    if (match) return fill(texts[key], values?.(groups, named, texts) ?? groups);
  }
  return reason;
}
