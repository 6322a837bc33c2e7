/** Whether an edge does worse on trial than before. Pure. */
import { type Profiles, periodOf, pointsOf, profileOf } from '../../devices/inventory.ts';
import { type EdgeFile, isPolled } from '../../devices/station.ts';
import type { Baseline, Captured, Share } from './capture.ts';

export interface Standing {
  readonly before: Baseline;
  readonly now: Baseline;
  /** By station and parameter of the configuration on trial, ms. */
  readonly periods: Periods;
  /** Since it runs. */
  readonly elapsedMs: number;
}

export type Periods = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** A share may be lower by so much. */
const TOLERANCE = 0.1;
/** A share of fewer readings is chance, unless there are no more. */
const LEAST_DUE = 10;
/** Connections are made, instruments are told what they must be told at the start. */
const SETTLE_MS = 5000;
/** A line that is so busy has no time left. */
const FULL = 0.98;
/** Rounds without a value, after which a parameter that came before is called silent. */
const SILENT_ROUNDS = 3;

/** The first thing that is worse, in words; null when nothing is. */
export function worse(standing: Standing, atEnd: boolean): string | null {
  const { before, now, periods, elapsedMs } = standing;
  if (elapsedMs < SETTLE_MS) return null;
  for (const [station, parameters] of periods) {
    const old = ofBoth(before.captured[station], parameters);
    const present = ofBoth(now.captured[station], parameters);
    const silent = [...parameters].find(
      ([parameter, periodMs]) =>
        elapsedMs > 2 * periodMs &&
        isSilent(old.get(parameter), present.get(parameter), elapsedMs / periodMs),
    );
    if (silent !== undefined) return `${station}: ${silent[0]} came before, and nothing of it comes any more`;
    const slowest = Math.max(...parameters.values());
    const [was, is] = [sum(old), sum(keep(present, old))];
    if (was.due === 0 || is.due === 0 || (!atEnd && (elapsedMs < 2 * slowest || is.due < LEAST_DUE)))
      continue;
    if (is.came / is.due < was.came / was.due - TOLERANCE)
      return `${station}: ${percent(is)} of its readings come, before it were ${percent(was)}`;
  }
  const slowest = Math.max(0, ...[...periods.values()].flatMap((parameters) => [...parameters.values()]));
  if (!atEnd && elapsedMs < 2 * slowest) return null;
  for (const [line, busy] of Object.entries(now.busy)) {
    const was = before.busy[line];
    if (busy > FULL && was !== undefined && was <= FULL)
      return `line ${line}: is busy all of its time (${Math.round(busy * 100)} %), before it were ${Math.round(was * 100)} %`;
  }
  return null;
}

/** A line that stands still gives not even missing readings: then the rounds that went by count. */
const isSilent = (was: Share | undefined, is: Share | undefined, rounds: number): boolean =>
  was !== undefined &&
  was.came / was.due >= 0.5 &&
  (is === undefined || is.came === 0) &&
  Math.max(is?.due ?? 0, Math.floor(rounds)) >= SILENT_ROUNDS;

/** Of what is measured on trial too: what was taken away is not worse. */
const ofBoth = (
  captured: Captured[string] | undefined,
  parameters: ReadonlyMap<string, number>,
): ReadonlyMap<string, Share> =>
  new Map(
    Object.entries(captured ?? {}).filter(([parameter, { due }]) => due > 0 && parameters.has(parameter)),
  );

/** What came with the trial does not count for it, nor against it. */
const keep = (shares: ReadonlyMap<string, Share>, known: ReadonlyMap<string, Share>) =>
  new Map([...shares].filter(([parameter]) => known.has(parameter)));

const sum = (shares: ReadonlyMap<string, Share>): Share => ({
  came: [...shares.values()].reduce((all, { came }) => all + came, 0),
  due: [...shares.values()].reduce((all, { due }) => all + due, 0),
});

const percent = ({ came, due }: Share): string => `${Math.round((100 * came) / due)} %`;

/** Of what is polled: what publishes by itself has its own time, and shows in the shares. */
export const periodsOf = ({ stations }: EdgeFile, profiles: Profiles): Periods =>
  new Map(
    stations.map(({ id, instruments }) => [
      id,
      new Map(
        instruments.flatMap((instrument) =>
          isPolled(instrument)
            ? pointsOf(profileOf(profiles, instrument), instrument).map(
                ({ parameter }) => [parameter, periodOf(instrument, parameter) * 1000] as const,
              )
            : Object.keys(instrument.values).map(
                (parameter) => [parameter, 2 * instrument.period_s * 1000] as const,
              ),
        ),
      ),
    ]),
  );

/** The longest period of all that is read. */
export const slowestOf = (periods: Periods): number =>
  Math.max(0, ...[...periods.values()].flatMap((parameters) => [...parameters.values()]));
