/** What a fire post says: its readings, its alarm, and how it stands. Pure. */
import {
  type FireEvidence,
  type FireLevel,
  type FirePost,
  type FireState,
  fireEvidence,
  isRainy,
  silentSensors,
} from '../fire-detection.ts';
import type { ParameterId } from '../parameter.ts';
import { FLAG, missing } from '../quality.ts';
import type { Reading } from '../reading.ts';
import type { Alarm } from '../wire/messages.ts';
import type { Text } from '../word.ts';

/** How often a post tells its level (the parameter `fire_detection`) while nothing changes, in seconds. */
export const FIRE_PERIOD_S = 60;

/** The one alarm of a post: a fire is one condition, a warning while it is suspected and critical when it is found. */
export const FIRE_LIMIT = 'fire';

/** What a siren may listen to: each level of the alarm by its name. */
const SIREN_LEVELS = [
  { name: 'fire-suspected', level: 1 },
  { name: FIRE_LIMIT, level: 2 },
] as const;

export const FIRE_SIREN_NAMES: readonly string[] = SIREN_LEVELS.map(({ name }) => name);

/** The alarm that says the level of this state, as decided at a moment (epoch ms); null while nothing is decided. */
export function fireAlarm(post: FirePost, station: string, state: FireState, at: number): Alarm | null {
  const { level } = state;
  if (level === null) return null;
  const because = fireEvidence(post.settings, state, at).map((seen) => asReason(station, seen));
  return {
    station,
    parameter: 'fire_detection',
    limit: FIRE_LIMIT,
    state: level === 0 ? 'cleared' : 'raised',
    level: level === 1 ? 'warning' : 'critical',
    at,
    value: level,
    threshold: Math.max(1, level),
    ...(because.length > 0 && { because }),
  };
}

const asReason = (
  station: string,
  { parameter, at, value, threshold }: FireEvidence,
): NonNullable<Alarm['because']>[number] => ({ station, parameter, at, value, threshold });

/** What sirens hear of an alarm of the fire rules: a fire that is found is suspected, too. */
export const sirenNews = ({
  station,
  parameter,
  state,
  value,
}: Alarm): Pick<Alarm, 'station' | 'parameter' | 'limit' | 'state'>[] =>
  SIREN_LEVELS.filter(({ level }) => state === 'cleared' || level <= value).map(({ name }) => ({
    station,
    parameter,
    limit: name,
    state,
  }));

/** The level as a reading of this moment (epoch ms): absent when nobody can say it, never 0 for want of data. */
export function fireReading(post: FirePost, station: string, state: FireState, at: number): Reading {
  const reading = { station, parameter: 'fire_detection', at } as const;
  const { level, no_data } = fireView(post, state, at);
  // A fire that was found stands while one sensor tells: it may be the one that died that saw it.
  const blind = level === null ? no_data.length > 0 : no_data.length === post.sensors.length;
  if (blind) return { ...reading, ...missing(`no data of ${no_data.join(', ')}`) };
  if (level === null) return { ...reading, ...missing('not decided yet') };
  return { ...reading, value: level, flag: FLAG.good, reason: null };
}

export interface FireView {
  /** null: nobody can say that there is no fire, since sensors are silent or nothing is decided yet. */
  readonly level: FireLevel | null;
  /** Sensors that are dead or flagged as failed. */
  readonly no_data: readonly ParameterId[];
  /** Sensors whose signal against their baseline is off, since it is not known yet. */
  readonly learning: readonly ParameterId[];
  /** It rains too much for an alarm of this post alone. */
  readonly rain: boolean;
  readonly text: Text;
}

/** How the post stands at a moment (epoch ms). */
export function fireView(post: FirePost, state: FireState, at: number): FireView {
  const noData = silentSensors(post, state, at);
  const learning = post.signals.filter(({ limit }) => state.signals[limit.name]?.learning);
  const level = state.level === 0 && noData.length > 0 ? null : state.level;
  return {
    level,
    no_data: noData,
    learning: learning.map(({ limit }) => limit.parameter),
    rain: isRainy(post.settings, state, at),
    text: level === null ? (noData.length > 0 ? NO_DATA : UNDECIDED) : LEVEL_TEXTS[level],
  };
}

const LEVEL_TEXTS: Readonly<Record<FireLevel, Text>> = {
  0: { vi: 'không có cháy', en: 'no fire' },
  1: { vi: 'nghi cháy', en: 'fire suspected' },
  2: { vi: 'báo cháy', en: 'fire alarm' },
};
const NO_DATA: Text = { vi: 'không có dữ liệu', en: 'no data' };
const UNDECIDED: Text = { vi: 'chưa xác định', en: 'not decided yet' };
