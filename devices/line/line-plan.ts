/** What is read on a line: of each instrument, which points in which period and in which requests. Pure. */

import { type Profiles, periodOf, pointsOf, profileOf } from '../inventory.ts';
import {
  type AddressRange,
  actionsAtStart,
  actionsBefore,
  contains,
  fixedBlocks,
  type LineAction,
  type Profile,
  type ProfilePoint,
} from '../profile.ts';
import type { QualitySettings } from '../quality/settings.ts';
import { type EdgeFile, type Instrument, isPolled, type Line } from '../station.ts';
import { type Learned, NOTHING_LEARNED } from './learned.ts';
import {
  orderMs,
  parseSerial,
  requestMs,
  type SerialSetting,
  silenceMs,
  type TimedInstrument,
  transferMs,
  waitMs,
} from './line-time.ts';
import { type Block, planBlocks, planRanges, wantedRanges } from './plan.ts';

/** One instrument as its line reads it. */
export interface LinePlan {
  readonly station: string;
  readonly profile: Profile;
  readonly quality: QualitySettings;
  readonly line: string;
  /** station/instrument, for people. */
  readonly instrument: string;
  readonly unit: number;
  /** Points that are read in one period. */
  readonly classes: ReadonlyArray<{
    readonly periodMs: number;
    readonly points: readonly ProfilePoint[];
    readonly wanted: readonly AddressRange[];
  }>;
  readonly plan: (wanted: readonly AddressRange[], learned: Learned) => Block[];
  /** Whether a refused request may be made in parts: not where the profile says exactly what to ask for. */
  readonly divisible: boolean;
  readonly evenStart: boolean;
  /**
   * The least that can be asked of the instrument, of each of its blocks: only one of these while it does not answer,
   * and another one the next time, for the first may be what it never answers. Not empty.
   */
  readonly probes: readonly [Block, ...Block[]];
  /** What it must be told once, and again after it was silent: it may have lost power. */
  readonly atStart: readonly LineAction[];
  /** What it must be told before each round. */
  readonly before: readonly LineAction[];
  /** Silence on the line after each of its requests. */
  readonly pauseMs: number;
  readonly timeoutMs: (block: Pick<Block, 'area' | 'count'>) => number;
}

/** The setting of the bus, null where there is none. */
export const serialOf = (line: Line): SerialSetting | null =>
  line.serial === undefined ? null : parseSerial(line.serial);

export function planLine(line: Line, { stations }: EdgeFile, profiles: Profiles): LinePlan[] {
  const serial = serialOf(line);
  return stations.flatMap((station) =>
    station.instruments
      .filter(isPolled)
      .filter((instrument) => instrument.line === line.id)
      .map((instrument): LinePlan => {
        const profile = profileOf(profiles, instrument);
        const own = pointsOf(profile, instrument);
        const { link } = profile;
        // Frames on a bus are told apart by silence alone.
        const pauseMs = link.pause_ms + (serial === null ? 0 : silenceMs(serial));
        const cost = (block: AddressRange): number => requestMs(block, serial, pauseMs);
        return {
          station: station.id,
          profile,
          quality: instrument.quality,
          line: line.id,
          instrument: `${station.id}/${instrument.id}`,
          unit: instrument.unit ?? link.unit,
          classes: [...byPeriod(instrument, own)].map(([periodS, points]) => ({
            periodMs: periodS * 1000,
            points,
            wanted: wantedRanges(profile, points),
          })),
          plan: (wanted, learned) => planRanges(profile, wanted, { cost, learned }),
          divisible: fixedBlocks(profile).length === 0,
          evenStart: link.even_start,
          probes: smallestRanges(profile, own),
          atStart: actionsAtStart(profile),
          before: actionsBefore(profile),
          pauseMs,
          // A slow bus carries a long answer for longer than many an instrument takes to begin it.
          timeoutMs: (block) => Math.ceil(link.response_timeout_ms + transferMs(block, serial)),
        };
      }),
  );
}

function byPeriod(instrument: Instrument, points: readonly ProfilePoint[]): Map<number, ProfilePoint[]> {
  const groups = new Map<number, ProfilePoint[]>();
  for (const point of points) {
    const period = periodOf(instrument, point.parameter);
    const group = groups.get(period);
    if (group) group.push(point);
    else groups.set(period, [point]);
  }
  return groups;
}

/** Of each block the least that can be asked for, the smallest first. Whole as a value is: some refuse half of one. */
function smallestRanges(profile: Profile, points: readonly ProfilePoint[]): LinePlan['probes'] {
  const apart = { ...profile, link: { ...profile.link, max_gap: 0 } };
  const ranges = points.flatMap((point) => planBlocks(apart, [point])).sort((a, b) => a.count - b.count);
  const smallest = planBlocks(profile, points).flatMap(
    (block) => ranges.find((range) => contains(block, range)) ?? [],
  );
  const [first, ...others] = smallest.sort((a, b) => a.count - b.count);
  if (!first) throw new RangeError('an instrument without points');
  return [first, ...others];
}

/** What the line's time goes to: the requests of a round and what the instrument must be told before it. */
export function timedInstrument(plan: LinePlan, serial: SerialSetting | null): TimedInstrument {
  const { instrument, classes, before, probes, pauseMs } = plan;
  const ordersMs = before.reduce((sum, order) => sum + orderMs(order, probes[0], serial, pauseMs), 0);
  return {
    instrument,
    periodsMs: classes.map(({ periodMs }) => periodMs),
    waitsMs: before.reduce((sum, order) => sum + waitMs(order), 0),
    roundMs: (due) => {
      const wanted = due.flatMap((index) => classes[index]?.wanted ?? []);
      const blocks = plan.plan(wanted, NOTHING_LEARNED);
      return blocks.reduce((sum, block) => sum + requestMs(block, serial, pauseMs), ordersMs);
    },
  };
}
