/** Reads one instrument once, through its profile, as the edge would. */
import { createDecoder, NOT_READ, pointAddresses } from '../../devices/decode.ts';
import { checkFingerprint, type FingerprintCheck, fingerprintAddresses } from '../../devices/fingerprint.ts';
import { type Block, planBlocks } from '../../devices/line/plan.ts';
import {
  actionsAtStart,
  actionsBefore,
  type Profile,
  type ProfilePoint,
  type RegisterArea,
} from '../../devices/profile.ts';
import { type Judged, missing } from '../../devices/quality.ts';
import type { Clock } from '../clock.ts';
import { giveOrders } from '../orders.ts';
import { describeFault, type ReadFault, type ReadResult, type Source } from '../sources/source.ts';

export interface ProbedPoint {
  readonly point: ProfilePoint;
  /** The point's own registers, null when they were not read. */
  readonly words: readonly number[] | null;
  readonly judged: Judged;
}

export interface Probe {
  readonly points: readonly ProbedPoint[];
  /** What went wrong, one for each block that gave nothing. */
  readonly faults: readonly ReadFault[];
  /** Whether any block was answered with registers. */
  readonly answered: boolean;
  /** Why the instrument was not told to measure, so that its values may be old; null when nothing was left out. */
  readonly untold: string | null;
  /** Whether it is this model, where the profile knows how to tell. */
  readonly identity: FingerprintCheck;
}

export interface ProbeOptions {
  readonly source: Pick<Source, 'read' | 'write'>;
  readonly profile: Profile;
  readonly points: readonly ProfilePoint[];
  readonly unit: number;
  /** Silence on the line after each request. */
  readonly pauseMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** One read of a counter gives no rate: two do, so far apart. */
const COUNTER_PAUSE_MS = 2000;

interface Round {
  readonly words: ReadonlyMap<string, number>;
  readonly failed: readonly { readonly block: Block; readonly fault: ReadFault }[];
}

export async function probe(options: ProbeOptions): Promise<Probe> {
  const { profile, points, clock, signal } = options;
  const decoder = createDecoder(profile, points);
  const decode = ({ words }: Round) =>
    decoder.decode((area, address) => words.get(key(area, address)), clock.now());
  const blocks = planBlocks(profile, points);
  const untold = await tellFirst(options, blocks[0]);
  let round = await readBlocks(options, blocks);
  let decoded = decode(round);
  if (round.words.size > 0 && points.some((point) => point.counter !== undefined)) {
    await clock.sleep(COUNTER_PAUSE_MS, signal);
    round = await readBlocks(options, blocks);
    decoded = decode(round);
  }
  const prints = round.words.size > 0 ? await readBlocks(options, fingerprintAddresses(profile)) : round;
  return {
    identity: checkFingerprint(profile, (area, address) => prints.words.get(key(area, address))),
    faults: round.failed.map(({ fault }) => fault),
    answered: round.words.size > 0,
    untold,
    points: points.map((point, index) => {
      const judged = decoded[index]?.judged ?? missing(NOT_READ);
      const reason = judged.reason === NOT_READ ? reasonOf(profile, point, round) : null;
      return {
        point,
        words: ownWords(profile, point, round),
        judged: reason === null ? judged : missing(reason),
      };
    }),
  };
}

/** Gives the orders of the profile, as before a read of the edge; why not, when one was not taken. */
async function tellFirst(options: ProbeOptions, wakeWith: Block | undefined): Promise<string | null> {
  const { source, profile, unit, pauseMs, clock, signal } = options;
  const orders = giveOrders(
    [...actionsAtStart(profile), ...actionsBefore(profile)],
    {
      ask: (block) => askBlock(options, block),
      async write(target) {
        const result = await source.write({ unit, ...target, timeoutMs: profile.link.response_timeout_ms });
        await clock.sleep(pauseMs, signal);
        return result;
      },
    },
    wakeWith,
  );
  for (;;) {
    const step = await orders.next();
    if (step.done) return step.value?.cause ?? null;
    if (step.value.kind === 'measuring') await clock.sleep(step.value.ms, signal);
  }
}

async function askBlock(
  { source, profile, unit, pauseMs, clock, signal }: ProbeOptions,
  block: Block,
): Promise<ReadResult> {
  const result = await source.read({ unit, ...block, timeoutMs: profile.link.response_timeout_ms });
  await clock.sleep(pauseMs, signal);
  return result;
}

async function readBlocks(options: ProbeOptions, blocks: readonly Block[]): Promise<Round> {
  const words = new Map<string, number>();
  const failed: { block: Block; fault: ReadFault }[] = [];
  for (const block of blocks) {
    let result = await askBlock(options, block);
    // Instruments that sleep lose the request that wakes them (In-Situ).
    if (
      result.kind === 'fault' &&
      result.fault.kind !== 'exception' &&
      words.size === 0 &&
      failed.length === 0
    )
      result = await askBlock(options, block);
    if (result.kind === 'words') {
      for (const [index, word] of result.words.entries())
        words.set(key(block.area, block.address + index), word);
      continue;
    }
    failed.push({ block, fault: result.fault });
    // The line is down, or nobody is there: the other blocks would only wait for the same.
    if (words.size === 0 && result.fault.kind !== 'exception') break;
  }
  return { words, failed };
}

function ownWords(profile: Profile, point: ProfilePoint, { words }: Round): readonly number[] | null {
  const [own] = pointAddresses(profile, point);
  if (!own) return null;
  const found = Array.from({ length: own.count }, (_, index) =>
    words.get(key(own.area, own.address + index)),
  );
  return found.every((word) => word !== undefined) ? found : null;
}

function reasonOf(profile: Profile, point: ProfilePoint, { failed }: Round): string {
  const ranges = pointAddresses(profile, point);
  const hit = failed.find(({ block }) =>
    ranges.some(
      ({ area, address, count }) =>
        area === block.area && address < block.address + block.count && address + count > block.address,
    ),
  );
  const fault = hit?.fault ?? failed[0]?.fault;
  return fault === undefined ? NOT_READ : describeFault(fault);
}

const key = (area: RegisterArea, address: number): string => `${area} ${address}`;
