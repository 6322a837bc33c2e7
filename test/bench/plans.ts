/**
 * Line time of one round of every profile, all its points, as the edge plans it, beside two simple planners: one
 * request a point, and one that joins only what lies side by side. All three keep to what the instrument allows: the most
 * registers, even starts, exact blocks, nothing that must not be read.
 */
import { Command } from 'commander';
import { pointAddresses } from '../../devices/decode.ts';
import { loadProfiles } from '../../devices/kit/profiles.ts';
import { parseSerial, requestMs, type SerialSetting, silenceMs } from '../../devices/line/line-time.ts';
import { planBlocks } from '../../devices/line/plan.ts';
import {
  type AddressRange,
  contains,
  forbiddenRanges,
  overlaps,
  type Profile,
} from '../../devices/profile.ts';
import { adjacentOnly, onePerPoint } from './plans-simple.ts';
import { median, printTable } from './support/table.ts';

const USUAL = '9600 8N1';
const SPEEDS = ['4800 8N1', '9600 8N1', '19200 8N1', '115200 8N1'];

const options = new Command('plans')
  .description('Line time of the plans of all profiles, beside two simple planners')
  .option('--runs <number>', 'of planning everything, for its own time', Number, 9)
  .option('--short', 'the sums only')
  .addHelpText('after', '\nExample:\n  node test/bench/plans.ts')
  .parse()
  .opts<{ runs: number; short?: true }>();

/** Beside its own time, each request waits for the silence that ends a frame and what the instrument asks for. */
const costOf =
  (profile: Profile, serial: SerialSetting) =>
  (block: AddressRange): number =>
    requestMs(block, serial, profile.link.pause_ms + silenceMs(serial));

const planned = (profile: Profile, serial: SerialSetting): AddressRange[] =>
  planBlocks(profile, profile.points, { cost: costOf(profile, serial) });

/** Faults of a plan: what an instrument would refuse, or what nobody reads. */
function faultsOf(profile: Profile, blocks: readonly AddressRange[]): string[] {
  const avoided = forbiddenRanges(profile);
  const unread = profile.points
    .flatMap((point) => pointAddresses(profile, point))
    .filter((range) => !blocks.some((block) => contains(block, range)));
  return [
    ...unread.map(({ area, address }) => `${profile.id}: nobody reads ${area} ${address}`),
    ...blocks
      .filter(
        (block) =>
          block.count > profile.link.max_registers || avoided.some((other) => overlaps(other, block)),
      )
      .map(({ area, address, count }) => `${profile.id}: ${area} ${address}+${count} must not be read`),
  ];
}

interface Plans {
  readonly ours: number;
  readonly adjacent: number;
  readonly single: number;
}

function plansOf(profile: Profile, serial: SerialSetting) {
  const blocks = {
    ours: planned(profile, serial),
    adjacent: adjacentOnly(profile),
    single: onePerPoint(profile),
  };
  const cost = costOf(profile, serial);
  const time = (own: readonly AddressRange[]): number => own.reduce((sum, block) => sum + cost(block), 0);
  const ms: Plans = { ours: time(blocks.ours), adjacent: time(blocks.adjacent), single: time(blocks.single) };
  return { blocks, ms, faults: Object.values(blocks).flatMap((own) => faultsOf(profile, own)) };
}

const times = (simple: number, ours: number): string => (simple / ours).toFixed(2);
const one = (value: number): number => Number(value.toFixed(1));

/** Some have only channels, whose points the edge file gives. */
const profiles = [...loadProfiles().values()].filter(({ points }) => points.length > 0);
const plans = profiles.map((profile) => {
  const setting = profile.link.serial ?? USUAL;
  return { profile, setting, ...plansOf(profile, parseSerial(setting)) };
});
const sum = (of: ReadonlyArray<{ readonly ms: Plans }>, key: keyof Plans): number =>
  of.reduce((total, { ms }) => total + ms[key], 0);
const requests = (key: keyof Plans): number =>
  plans.reduce((total, { blocks }) => total + blocks[key].length, 0);

printTable(
  'Line time of one round, all points, at the setting of the profile (9600 8N1 where it has none), ms',
  [
    'profile',
    'setting',
    'points',
    'requests',
    'adjacent',
    'a point',
    'ms',
    'adjacent',
    'a point',
    'ratio',
    'ratio',
  ],
  [
    ...(options.short ? [] : plans).map(({ profile, setting, blocks, ms }) => [
      profile.id,
      setting,
      profile.points.length,
      blocks.ours.length,
      blocks.adjacent.length,
      blocks.single.length,
      one(ms.ours),
      one(ms.adjacent),
      one(ms.single),
      times(ms.adjacent, ms.ours),
      times(ms.single, ms.ours),
    ]),
    [
      `all ${profiles.length}`,
      '',
      profiles.reduce((total, { points }) => total + points.length, 0),
      requests('ours'),
      requests('adjacent'),
      requests('single'),
      one(sum(plans, 'ours')),
      one(sum(plans, 'adjacent')),
      one(sum(plans, 'single')),
      times(sum(plans, 'adjacent'), sum(plans, 'ours')),
      times(sum(plans, 'single'), sum(plans, 'ours')),
    ],
  ],
);

printTable(
  'All profiles at one setting, ms',
  ['setting', 'requests', 'ms', 'adjacent', 'a point', 'ratio', 'ratio'],
  SPEEDS.map((setting) => {
    const own = profiles.map((profile) => plansOf(profile, parseSerial(setting)));
    const ours = sum(own, 'ours');
    return [
      setting,
      own.reduce((total, { blocks }) => total + blocks.ours.length, 0),
      one(ours),
      one(sum(own, 'adjacent')),
      one(sum(own, 'single')),
      times(sum(own, 'adjacent'), ours),
      times(sum(own, 'single'), ours),
    ];
  }),
);

const runs = Array.from({ length: options.runs }, () => {
  const started = performance.now();
  for (const { profile, setting } of plans) planned(profile, parseSerial(setting));
  return performance.now() - started;
});
printTable(
  'Planning all profiles, ms of the processor',
  ['runs', 'median', 'longest'],
  [[runs.length, Number(median(runs).toFixed(2)), Number(Math.max(...runs).toFixed(2))]],
);

const faults = plans.flatMap((plan) => plan.faults);
const slower = plans.filter(({ ms }) => ms.ours > Math.min(ms.adjacent, ms.single) + 1e-6);
for (const fault of faults) process.stdout.write(`${fault}\n`);
for (const { profile } of slower) process.stdout.write(`${profile.id}: a simple planner is faster\n`);
process.exitCode = faults.length + slower.length > 0 ? 1 : 0;
