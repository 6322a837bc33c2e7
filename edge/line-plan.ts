/** What is read on a line: each instrument's points in blocks, one plan for each of its periods. Pure. */
import { actionsAtStart, actionsBefore, type Profile, type ProfilePoint } from '../devices/profile.ts';
import type { QualitySettings } from '../devices/quality/settings.ts';
import type { EdgeFile, Instrument, Line } from '../devices/station.ts';
import { type Profiles, periodOf, pointsOf, profileOf } from './inventory.ts';
import { parseSerial, requestMs, type SerialSetting, silenceMs } from './line-time.ts';
import { type Block, planBlocks } from './plan.ts';
import type { PollTask } from './reader.ts';

export interface LinePlan extends Omit<PollTask, 'take' | 'skip'> {
  readonly station: string;
  readonly profile: Profile;
  readonly points: readonly ProfilePoint[];
  readonly quality: QualitySettings;
}

/** The setting of the bus, null where there is none. */
export const serialOf = ({ serial }: Line): SerialSetting | null =>
  serial === undefined ? null : parseSerial(serial);

export function planLine(line: Line, { stations }: EdgeFile, profiles: Profiles): LinePlan[] {
  const serial = serialOf(line);
  return stations.flatMap((station) =>
    station.instruments
      .filter((instrument) => instrument.line === line.id)
      .flatMap((instrument) => {
        const profile = profileOf(profiles, instrument);
        const own = pointsOf(profile, instrument);
        const { link } = profile;
        const common = {
          station: station.id,
          profile,
          quality: instrument.quality,
          line: line.id,
          instrument: `${station.id}/${instrument.id}`,
          unit: instrument.unit ?? link.unit,
          probe: smallestRange(profile, own),
          atStart: actionsAtStart(profile),
          before: actionsBefore(profile),
          // Frames on a bus are told apart by silence alone.
          pauseMs: link.pause_ms + (serial === null ? 0 : silenceMs(serial)),
        };
        return [...byPeriod(instrument, own)].map(([periodS, points]): LinePlan => {
          const blocks = planBlocks(profile, points);
          return {
            ...common,
            points,
            blocks,
            periodMs: periodS * 1000,
            timeoutMs: Math.ceil(link.response_timeout_ms + longestMs(blocks, serial)),
          };
        });
      }),
  );
}

/** A slow bus carries a long answer for longer than many an instrument takes to begin it. */
const longestMs = (blocks: readonly Block[], serial: SerialSetting | null): number =>
  Math.max(...blocks.map((block) => requestMs(block, serial, 0, 0)));

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

/** Whole as a value is: some instruments refuse half of one. */
function smallestRange(profile: Profile, points: readonly ProfilePoint[]): Block {
  const apart = { ...profile, link: { ...profile.link, max_gap: 0 } };
  const ranges = points.flatMap((point) => planBlocks(apart, [point]));
  return ranges.reduce((least, range) => (range.count < least.count ? range : least));
}
