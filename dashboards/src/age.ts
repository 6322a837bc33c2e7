/** How old a value is and how long something lasts, in words. */
import { fill, type Texts } from './texts/texts.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "12 giây trước": the largest whole unit; a time ahead of ours is "now". */
export function formatAge(at: number, now: number, texts: Texts): string {
  const ms = now - at;
  if (ms < SECOND) return texts['age.now'];
  if (ms < MINUTE) return fill(texts['age.seconds'], { n: Math.floor(ms / SECOND) });
  if (ms < HOUR) return fill(texts['age.minutes'], { n: Math.floor(ms / MINUTE) });
  if (ms < DAY) return fill(texts['age.hours'], { n: Math.floor(ms / HOUR) });
  return fill(texts['age.days'], { n: Math.floor(ms / DAY) });
}

/** "2 phút 10 giây": a length of time with its two largest units. */
export function formatDuration(ms: number, texts: Texts): string {
  const units = [
    ['duration.days', Math.floor(ms / DAY)],
    ['duration.hours', Math.floor(ms / HOUR) % 24],
    ['duration.minutes', Math.floor(ms / MINUTE) % 60],
    ['duration.seconds', Math.floor(ms / SECOND) % 60],
  ] as const;
  const first = units.findIndex(([, n]) => n > 0);
  if (first === -1) return fill(texts['duration.seconds'], { n: 0 });
  return units
    .slice(first, first + 2)
    .filter(([, n]) => n > 0)
    .map(([key, n]) => fill(texts[key], { n }))
    .join(' ');
}

const UNITS = [
  ['duration.days', 86_400],
  ['duration.hours', 3600],
  ['duration.minutes', 60],
  ['duration.seconds', 1],
] as const;

/** A length of time, to its last second: "1 giờ 30 giây". */
export function lasting(seconds: number, texts: Texts): string {
  let rest = Math.round(seconds);
  const said: string[] = [];
  for (const [key, length] of UNITS) {
    const n = Math.floor(rest / length);
    rest -= n * length;
    if (n > 0) said.push(fill(texts[key], { n }));
  }
  return said.length === 0 ? fill(texts['duration.seconds'], { n: 0 }) : said.join(' ');
}

/** To the minute, of what is longer than one. */
export const rough = (seconds: number, texts: Texts): string =>
  lasting(seconds < 60 ? seconds : Math.round(seconds / 60) * 60, texts);
