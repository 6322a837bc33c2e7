/** The fire danger of each area: the worst level that its posts have been given for the newest day. Pure. */
import { DAY_MS, HOUR_MS } from '../../../../devices/local-time.ts';
import type { LatestReading, StationAnswer } from '../../../../devices/wire/api.ts';
import type { StationReadings } from '../../judge.ts';

export interface Post {
  readonly station: StationAnswer;
  readonly readings: StationReadings;
}

export interface AreaLevel {
  readonly area: StationAnswer['area'];
  /** Fire posts, and weather stations that have a level; the one that the level is of is the first. */
  readonly posts: readonly Post[];
  /** `fire_level` of the first of the posts. Its value is null where none is published, and absent where none was ever made. */
  readonly level: LatestReading | null;
}

export const levelOf = ({ readings }: Post): LatestReading | null => readings.get('fire_level') ?? null;

/** A weather station counts only with a level of its own: not every one stands for a forest. */
const isPost = (post: Post): boolean =>
  post.station.kind === 'fire' ||
  (post.station.kind === 'weather' && (levelOf(post)?.value ?? null) !== null);

/** One is made each day at 13:00 (docs/methods.md), and is there some minutes later. */
const OLD_MS = DAY_MS + HOUR_MS;

/** It says nothing of today any more. */
export const isOld = ({ at }: Pick<LatestReading, 'at'>, now: number): boolean => now - at > OLD_MS;

/** Worst first; an old level goes after all of today's. */
export function areaLevels(stations: Iterable<Post>, now: number): AreaLevel[] {
  const byArea = Map.groupBy([...stations].filter(isPost), ({ station }) => station.area.vi);
  return [...byArea.values()]
    .map((posts): AreaLevel => {
      const newest = newestLevel(posts);
      const inOrder = posts.toSorted((one, other) => weight(other, newest) - weight(one, newest));
      const first = inOrder[0] as Post;
      return { area: first.station.area, posts: inOrder, level: levelOf(first) };
    })
    .sort((one, other) => rank(other, now) - rank(one, now));
}

/**
 * Which area is shown, and which one is chosen (by its Vietnamese name; empty: none): the one that the address names, which may
 * have no post; else the one that was looked at last; else the worst.
 */
export function areaToShow(
  all: readonly AreaLevel[],
  named: string,
  last: string,
): { readonly area: string; readonly shown: AreaLevel | undefined } {
  const find = (name: string): AreaLevel | undefined => all.find(({ area }) => area.vi === name);
  if (named !== '') return { area: named, shown: find(named) };
  const shown = find(last);
  return shown ? { area: last, shown } : { area: '', shown: all[0] };
}

const rank = ({ level }: AreaLevel, now: number): number =>
  (level?.value ?? 0) - (level !== null && isOld(level, now) ? 10 : 0);

/** When the newest level that was published is of, epoch ms. */
const newestLevel = (posts: readonly Post[]): number =>
  Math.max(0, ...posts.map(levelOf).map((level) => (level === null || level.value === null ? 0 : level.at)));

/** A level of the newest day goes before any of a day before, which says nothing of today; of two a fire post's. */
function weight(post: Post, newest: number): number {
  const level = levelOf(post);
  if (level === null) return -1;
  if (level.value === null) return 0;
  return level.value + (level.at === newest ? 10 : 0) + (post.station.kind === 'fire' ? 0.5 : 0);
}
