/** Reasons of quality flags, in the language of the screen where we know them; any other as it was sent. */
import { fill, type Texts } from './texts/texts.ts';

export function reasonText(reason: string, texts: Texts): string {
  if (reason === 'not a number') return texts['reason.notANumber'];
  if (reason === 'no reason given') return texts['reason.none'];
  const late = /^no answer within (\d+) ms$/.exec(reason);
  if (late) return fill(texts['reason.noAnswer'], { ms: late[1] ?? '' });
  const unreachable = /^cannot connect to (.+)$/.exec(reason);
  if (unreachable) return fill(texts['reason.noConnection'], { where: unreachable[1] ?? '' });
  const span = /^(unusual: )?outside (-?[\d.]+?)\.\.(-?[\d.]+)$/.exec(reason);
  if (!span) return reason;
  const [, unusual, low = '', high = ''] = span;
  return fill(texts[unusual ? 'reason.unusual' : 'reason.outside'], { low, high });
}
