/** What a fire post says: its alarms, and how it stands. Pure. */
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
import type { Alarm } from '../wire/messages.ts';
import type { Text } from '../word.ts';

/** The limits whose alarms a post raises, all of the parameter `fire_detection`. */
export const FIRE_LIMITS = [
  { name: 'fire-suspected', level: 1, severity: 'warning' },
  { name: 'fire', level: 2, severity: 'critical' },
] as const;

/** The alarms that say the level of this state, at the reading that decided it; none while nothing is decided. */
export function fireAlarms(post: FirePost, station: string, state: FireState, at: number): Alarm[] {
  const { level } = state;
  if (level === null) return [];
  const because = fireEvidence(post.settings, state, at).map((seen) => asReason(station, seen));
  return FIRE_LIMITS.filter((limit) => level === 0 || limit.level === level).map((limit) => ({
    station,
    parameter: 'fire_detection',
    limit: limit.name,
    state: level === 0 ? 'cleared' : 'raised',
    level: limit.severity,
    at,
    value: level,
    threshold: limit.level,
    ...(because.length > 0 && { because }),
  }));
}

const asReason = (
  station: string,
  { parameter, at, value, threshold }: FireEvidence,
): NonNullable<Alarm['because']>[number] => ({ station, parameter, at, value, threshold });

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
