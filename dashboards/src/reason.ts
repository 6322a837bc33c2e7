/** Reasons of quality flags, in the language of the screen where we know them; any other as it was sent. */
import { fill, type Texts } from './texts/texts.ts';

const UNIT = { h: 'reason.hours', min: 'reason.minutes', s: 'reason.seconds' } as const;
const LONG_UNIT = {
  day: 'reason.days',
  hour: 'reason.hours',
  minute: 'reason.minutes',
  second: 'reason.seconds',
} as const;

const STATE = {
  calibration: 'reason.calibration',
  'instrument error': 'reason.instrumentError',
  'instrument warning': 'reason.instrumentWarning',
} as const;

/** Several tests may have told: their reasons are joined by "; ". */
export const reasonText = (reason: string, texts: Texts): string =>
  reason
    .split('; ')
    .map((one) => oneReason(one, texts))
    .join('; ');

function oneReason(reason: string, texts: Texts): string {
  if (reason === 'not a number') return texts['reason.notANumber'];
  if (reason === 'no reason given') return texts['reason.none'];
  if (reason === 'counted over less than its window') return texts['reason.partialWindow'];
  if (reason === 'counter started' || reason === 'counter restarted') return texts['reason.counterStarted'];
  if (reason === 'beside those due') return texts['reason.extra'];
  if (reason === 'not decided yet') return texts['reason.undecided'];
  const silent = /^no data of (.+)$/.exec(reason);
  if (silent) return fill(texts['reason.noDataOf'], { which: silent[1] ?? '' });
  if (reason === 'line busy') return texts['reason.lineBusy'];
  if (reason === 'clock not synchronised') return texts['reason.clock'];
  if (reason === 'clock was set back') return texts['reason.clockSetBack'];
  const corrected =
    /^time corrected: the clock was set (ahead|back) by ([\d.]+) (day|hour|minute|second)s?(, after more than a week.*)?$/.exec(
      reason,
    );
  if (corrected) {
    const [, way, n = '', unit, late] = corrected;
    const moved = { n, unit: texts[LONG_UNIT[unit as keyof typeof LONG_UNIT]] };
    const said = fill(texts[way === 'ahead' ? 'reason.timeSetAhead' : 'reason.timeSetBack'], moved);
    return late ? `${said}, ${texts['reason.timeInexact']}` : said;
  }
  const ahead = /^time is more than (\d+) minutes ahead(?: \(and (\d+) more records\))?$/.exec(reason);
  if (ahead) {
    const said = fill(texts['reason.ahead'], { n: ahead[1] ?? '' });
    return ahead[2] === undefined ? said : `${said} (+${ahead[2]})`;
  }
  const mean = /^mean of (\d+) values in (\d+) s$/.exec(reason);
  if (mean) return fill(texts['reason.mean'], { n: mean[1] ?? '', s: mean[2] ?? '' });
  const unknown = /^time unknown: boot (\w+) ended before the clock was synchronised$/.exec(reason);
  if (unknown) return fill(texts['reason.timeUnknown'], { boot: unknown[1] ?? '' });
  if (reason === 'instrument status not read') return texts['reason.noStatus'];
  // What the instrument says of itself is in its profile's words.
  const state = /^(calibration|instrument error|instrument warning)(: .+)?$/.exec(reason);
  if (state) return texts[STATE[state[1] as keyof typeof STATE]] + (state[2] ?? '');
  // The place, as the edge names it, helps a technician: it stays.
  const late = /^no answer within (\d+) ms( \(.+\))?$/.exec(reason);
  if (late) return fill(texts['reason.noAnswer'], { ms: late[1] ?? '' }) + (late[2] ?? '');
  const unreachable = /^cannot connect to (.+)$/.exec(reason);
  if (unreachable) return fill(texts['reason.noConnection'], { where: unreachable[1] ?? '' });
  const step = /^(spike|rate): more than (.+?)( a minute)? from the last good value$/.exec(reason);
  if (step) return fill(texts[step[1] === 'rate' ? 'reason.rate' : 'reason.spike'], { n: step[2] ?? '' });
  const flat = /^flat: no change for ([\d.]+) (h|min|s)$/.exec(reason);
  if (flat)
    return fill(texts['reason.flat'], { n: flat[1] ?? '', unit: texts[UNIT[flat[2] as keyof typeof UNIT]] });
  const range = /^outside the instrument's range (.+?)\.\.(.+)$/.exec(reason);
  if (range) return fill(texts['reason.instrumentRange'], { low: range[1] ?? '', high: range[2] ?? '' });
  const span = /^(unusual: )?outside (-?[\d.]+?)\.\.(-?[\d.]+)$/.exec(reason);
  if (!span) return reason;
  const [, unusual, low = '', high = ''] = span;
  return fill(texts[unusual ? 'reason.unusual' : 'reason.outside'], { low, high });
}
