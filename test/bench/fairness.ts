/**
 * 30 instruments on a line at 9600 baud, one of them dead: the others keep their period. The edge is a process as a user
 * starts it, the line is the simulator's, which takes the time that frames take on wires; periods are taken from the readings
 * that arrive at a broker. Lines with all alive, with one dead and with one that comes and goes run side by side, several
 * of each: the machine's unrest is in all of them.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Command } from 'commander';
import { openProfiles } from '../../devices/kit/profiles.ts';
import { startField } from '../../devices/simulator/main.ts';
import { plausiblePoints } from '../../devices/simulator/plausible.ts';
import { startCentre } from './devices-centre.ts';
import { startEdgeProcess } from './devices-edge.ts';
import { type Periods, periodsOf, ratio, whole } from './devices-periods.ts';
import { median, printTable } from './support/table.ts';

const UNITS = 30;
/** In the middle of each round. */
const ONE = 15;
const MOST_RATIO = 1.05;
/** A second to answer in, as many; with its answer it takes the line for 25 ms. */
const PROFILE = 'xy-md02';

const options = new Command('fairness')
  .description('One dead instrument among 30 on a line at 9600 baud: the periods of the others')
  .option('--period <seconds>', 'of each instrument', Number, 10)
  .option('--periods <number>', 'how many are measured', Number, 12)
  .option('--lines <number>', 'of each kind, side by side', Number, 3)
  .option('--short', 'a period of 3 seconds, four of them, one line of each kind, judged by what was missed')
  .addHelpText('after', '\nExample:\n  node test/bench/fairness.ts --period 10 --periods 30')
  .parse()
  .opts<{ period: number; periods: number; lines: number; short?: true }>();
const { period, periods, lines } = options.short ? { period: 3, periods: 4, lines: 1 } : options;

const KINDS = ['all alive', 'one dead', 'one dies', 'one comes and goes'] as const;

const profile = openProfiles().get(PROFILE);
if (!profile) throw new Error(`no profile ${PROFILE}`);
/** An edge has at most 200 stations, and each instrument is at one of its own: so an edge has a line of each kind. */
const edgeIds = Array.from({ length: lines }, (_, index) => `bench-${index}`);
const all = edgeIds.flatMap((edge) =>
  KINDS.map((kind) => ({ edge, kind, id: `${edge}-${kind.replaceAll(' ', '-')}` })),
);
const units = Array.from({ length: UNITS }, (_, index) => index + 1);
const field = await startField({
  flags: {
    base_port: 0,
    log_level: 'silent',
    lines: all.map(({ kind, id }) => ({
      id,
      mode: 'rtu-tcp',
      paced: true,
      instruments: units.map((unit) => ({
        profile: PROFILE,
        unit,
        points: plausiblePoints(profile.points),
        ...(kind === 'one dead' && unit === ONE && { fault: 'no-answer' }),
      })),
    })),
  },
});
const folder = mkdtempSync(join(tmpdir(), 'quantrac-bench-fairness-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const centre = await startCentre(true);
const stationOf = (line: string, unit: number): string => `${line}-u${unit}`;
const edges = edgeIds.map((id) => {
  const own = all.filter(({ edge }) => edge === id);
  return startEdgeProcess({
    folder,
    id,
    broker: centre.port,
    lines: own.map((line) => ({
      id: line.id,
      mode: 'rtu-tcp',
      host: '127.0.0.1',
      port: field.ready.lines[line.id],
    })),
    instruments: own.flatMap((line) =>
      units.map((unit) => ({
        station: stationOf(line.id, unit),
        profile: PROFILE,
        line: line.id,
        unit,
        period_s: period,
      })),
    ),
  });
});

const others = units.filter((unit) => unit !== ONE);
const read = ({ id }: { readonly id: string }): boolean =>
  others.every((unit) => centre.times(stationOf(id, unit)).length > 0);
while (!all.every(read)) await delay(200);

const from = Date.now();
const until = from + periods * period * 1000;
const fault = (kind: (typeof KINDS)[number], what: 'no-answer' | null): void => {
  for (const line of all) if (line.kind === kind) field.setFault(line.id, ONE, what);
};
await delay(period * 1000);
fault('one dies', 'no-answer');
for (let dead = true; Date.now() < until; dead = !dead) {
  fault('one comes and goes', dead ? 'no-answer' : null);
  await delay(Math.min(1.5 * period * 1000, Math.max(0, until - Date.now())));
}
// What the edge still gathers is on its way.
await delay(1000);
await Promise.all(edges.map((edge) => edge.stop()));
await field.stop();
await centre.stop();

const measured = all.map(({ kind, id }) => ({
  name: kind,
  periods: periodsOf(
    others.map((unit) => centre.times(stationOf(id, unit))),
    { from, until, periodMs: period * 1000 },
  ),
}));
const medians = KINDS.map((kind) => {
  const own = measured.filter(({ name }) => name === kind).map((line) => line.periods);
  const of = (key: keyof Periods): number => median(own.map((each) => each[key]));
  return { kind, mean: of('worstMean'), p99: of('p99'), longest: of('longest'), missed: of('missed') };
});
const alive = medians.find(({ kind }) => kind === 'all alive');
const rows = medians.map((row) => ({
  ...row,
  meanRatio: row.mean / (alive?.mean ?? 0),
  p99Ratio: row.p99 / (alive?.p99 ?? 0),
}));
printTable(
  `${UNITS} units on a line at 9600 8N1, each in a period of ${period} s, ${periods} periods, ${lines} lines of each kind: periods of the other ${others.length}, ms, medians of the lines`,
  ['line', 'worst mean', 'ratio', '99 %', 'ratio', 'longest', 'missed'],
  rows.map((row) => [
    row.kind,
    whole(row.mean),
    ratio(row.meanRatio),
    whole(row.p99),
    ratio(row.p99Ratio),
    whole(row.longest),
    row.missed,
  ]),
);
/**
 * While an instrument dies its first time-out holds up those behind it, once: their mean tells whether they keep their
 * period. A short run has too few periods for more than that none is missed and that the dead one costs nothing on average.
 */
const bad = rows.filter(({ kind, meanRatio, p99Ratio, missed }) => {
  const dead = kind === 'one dead';
  if (missed > 0) return true;
  if (options.short) return dead && meanRatio > MOST_RATIO;
  return meanRatio > MOST_RATIO || (dead && p99Ratio > MOST_RATIO);
});
process.stdout.write(
  bad.length === 0
    ? `\ngood: within ${MOST_RATIO}, none missed\n`
    : `\nworse than ${MOST_RATIO}, or missed: ${bad.map(({ kind }) => kind).join(', ')}\n`,
);
process.exitCode = bad.length === 0 ? 0 : 1;
