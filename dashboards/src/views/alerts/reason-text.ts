/** Why something became of an alert: a person's words as they are, those of the gateway in the language of the screen. Pure. */
import type { TransitionAnswer } from '../../../../devices/wire/api.ts';
import { formatDuration } from '../../age.ts';
import { fill, type TextKey, type Texts } from '../../texts/texts.ts';

/** What gateway/alerts/ writes where no person has said why. */
const KNOWN: Readonly<Record<string, TextKey>> = {
  'waits for its cause to be known': 'alerts.because.cause',
  'nothing explains it': 'alerts.because.nothing',
  'its time is over': 'alerts.because.time',
};

/** `causeName`: of a silence by its key. */
export function reasonOf(
  { by, reason }: Pick<TransitionAnswer, 'by' | 'reason'>,
  texts: Texts,
  causeName: (key: string) => string,
): string | null {
  if (reason === null || by !== null) return reason;
  const known = KNOWN[reason];
  if (known !== undefined) return texts[known];
  const waited = /^nobody acknowledged it within (\d+) s$/.exec(reason)?.[1];
  if (waited !== undefined)
    return fill(texts['alerts.because.nobody'], { time: formatDuration(Number(waited) * 1000, texts) });
  const cause = /^follows from (.+)$/.exec(reason)?.[1];
  if (cause !== undefined) return fill(texts['alerts.because.follows'], { cause: causeName(cause) });
  const begins = /^incident (\d+) begins$/.exec(reason)?.[1];
  if (begins !== undefined) return fill(texts['alerts.because.begins'], { id: begins });
  const [, m, id] = /^within (\d+) m of incident (\d+)$/.exec(reason) ?? [];
  return m === undefined || id === undefined ? reason : fill(texts['alerts.because.near'], { m, id });
}
