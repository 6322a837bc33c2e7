/**
 * Readings without a time, by boot: they wait until the clock is synchronised and get their dates then. When the line
 * has worked for long and no time came with it, they go out all the same, and the centre dates them by their age.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Logger } from '../../devices/kit/log.ts';
import { writeWhole } from '../../devices/kit/whole-file.ts';
import { CLOCK_NOT_SYNCHRONISED } from '../../devices/quality.ts';
import type { Batch, Lane, NewBatch } from '../outbox.ts';
import { readingsOf } from './body.ts';
import { type BootBox, findBoxes, newFolder, openBox } from './boot-box.ts';
import { correction, type Dating, datedPayload, latestPossible } from './dating.ts';

/** A time server answers some minutes after the line works, or it is not there. */
export const PATIENCE_MS = 5 * 60_000;

/** So long after its last reading a box that is delivered goes. */
const IDLE_MS = 60_000;

/** Later than all times: everything is backlog. */
const FOREVER = Number.MAX_SAFE_INTEGER;

export interface Held {
  /** Readings that wait for time. */
  readonly readings: number;
  /** Since when at least the oldest of them does. */
  readonly seconds: number;
}

export interface Untimed {
  /** Whether there is nothing that `take` could ever find. */
  isEmpty(): boolean;
  /** Durable on return, all or none. */
  append(batches: readonly NewBatch[]): void;
  /** The clock is trusted: this is what it shows beyond the ticks. What waits is dated, once and for all. */
  timeArrived(offset: number, verified: boolean): void;
  take(now: number, lane: Lane): Batch | null;
  remove(id: number): void;
  release(): void;
  /** Time of the oldest reading that may go out, null when none may. */
  oldest(now: number): number | null;
  waiting(now: number): { readonly live: number; readonly backlog: number };
  held(): Held | null;
  thinned(): number;
  dropped(): number;
  bytes(): number;
  /** Hours until the present boot's room is full; null while nothing waits for time. */
  holdsHours(): number | null;
  close(): void;
}

export interface UntimedOptions {
  readonly boot: string;
  readonly now: () => number;
  readonly ticks: () => number;
  readonly keepHours?: number | undefined;
  readonly log?: Logger | undefined;
  readonly megabytes: number;
  /** Bytes of them that others use. */
  readonly used: () => number;
}

const countsSchema = z.object({ thinned: z.int().min(0), dropped: z.int().min(0) });

interface Way {
  readonly dating: Dating;
  /** What the payload's times are told from. */
  readonly from: number;
}

export function openUntimed(dataDir: string, options: UntimedOptions): Untimed {
  const { boot, now: wall, ticks, keepHours, log, megabytes, used } = options;
  const parent = join(dataDir, 'untimed');
  const countsFile = join(parent, 'counts.json');
  const limit = megabytes * 1024 * 1024;
  /** Of boxes that are gone. */
  let gone = readCounts(countsFile);
  /** Of lost boots, the oldest first; then the present one. */
  let boxes: BootBox[] = [];
  const startOffset = wall() - ticks();
  /** As it was known last: it holds on when the wall clock is lost again. */
  let time: { readonly offset: number; readonly verified: boolean } | null = null;
  const underWay = new Map<number, { readonly box: BootBox; readonly id: number }>();
  let lastId = 0;
  /** For how long the line has worked while something was held, in ticks. */
  let waited = 0;
  let waitsSince: number | null = null;
  let gaveUp = false;
  let settleFails = false;

  for (const { folder, name } of findBoxes(parent)) {
    const box = open(folder, name);
    boxes.push(box);
    if (box.present) continue;
    box.close();
    if (box.readings() === 0) discard(box);
  }

  function open(folder: string, name: string): BootBox {
    const wallOffset = time === null ? wall() - ticks() : startOffset;
    const others = () => used() + boxes.reduce((sum, box) => sum + (box.name === name ? 0 : box.bytes()), 0);
    return openBox(folder, name, name === boot, wallOffset, { megabytes, others, ticks, keepHours, log });
  }

  function left(): number {
    return limit - used() - lost().reduce((sum, box) => sum + box.bytes(), 0);
  }

  function present(): BootBox | undefined {
    return boxes.find((box) => box.present);
  }

  function lost(): BootBox[] {
    return boxes.filter((box) => !box.present);
  }

  function discard(box: BootBox, dropped = 0): void {
    const counts = { thinned: gone.thinned + box.thinned(), dropped: gone.dropped + box.dropped() + dropped };
    if (counts.thinned !== gone.thinned || counts.dropped !== gone.dropped)
      writeWhole(countsFile, `${JSON.stringify(counts)}\n`);
    gone = counts;
    boxes = boxes.filter((other) => other !== box);
    box.delete();
  }

  function newBox(): BootBox {
    mkdirSync(parent, { recursive: true, mode: 0o700 });
    for (let [oldest] = lost(); oldest && left() < 0; [oldest] = lost()) {
      const readings = oldest.readings();
      log?.error(
        { boot: oldest.name, readings },
        'no room for readings of an earlier boot that wait for time, they are dropped',
      );
      discard(oldest, readings);
    }
    // One that could not be made for want of room may stand there already.
    const begun = findBoxes(parent).find(({ name }) => name === boot)?.folder;
    const box = open(begun ?? newFolder(parent, boot), boot);
    boxes.push(box);
    return box;
  }

  function settle(box: BootBox): void {
    if (time === null || box.dating() !== null) return;
    const dating = correction(box.boot(), time.offset, ticks(), time.verified);
    box.settle(dating);
    const { reason } = dating;
    log?.info({ reason, readings: box.readings() }, 'readings that waited for time have their dates');
  }

  /** What was appended stays appended when the date cannot be kept on disk: it is tried again. */
  function settleSoon(box: BootBox): void {
    try {
      settle(box);
      settleFails = false;
    } catch (err) {
      if (!settleFails) log?.warn({ err }, 'readings cannot be dated yet');
      settleFails = true;
    }
  }

  /** By box, how its readings go out; absent: they are held. */
  function ways(now: number): Map<BootBox, Way> {
    const ways = new Map<BootBox, Way>();
    const undated: BootBox[] = [];
    for (const box of boxes) {
      const dating = box.dating();
      if (dating === null) undated.push(box);
      else ways.set(box, { dating, from: 0 });
    }
    if (!gaveUp) return ways;
    const start = now - ticks();
    const lostOnes = undated.filter((box) => !box.present);
    const latest = latestPossible(
      lostOnes.map((box) => box.boot()),
      start,
      false,
    );
    for (const [index, box] of lostOnes.entries()) {
      const dating = latest[index];
      if (dating) ways.set(box, { dating, from: now });
    }
    const dating = { offset: start, reason: CLOCK_NOT_SYNCHRONISED, doubtful: true };
    for (const box of undated) if (box.present) ways.set(box, { dating, from: now });
    return ways;
  }

  function wait(): void {
    if (gaveUp || boxes.every((box) => box.dating() !== null)) return;
    waitsSince ??= ticks();
    if (waited + ticks() - waitsSince < PATIENCE_MS) return;
    gaveUp = true;
    log?.warn(
      {},
      'the line works and no time has come: readings go out without, the centre dates them by their age',
    );
  }

  function takeFrom(box: BootBox, { dating, from }: Way, now: number, lane: Lane): Batch | null {
    const outbox = box.outbox();
    for (;;) {
      const batch = outbox.take(box.present ? now - dating.offset : FOREVER, [lane]);
      if (batch === null) return null;
      const readings = readingsOf(batch.payload, batch.station);
      if (readings !== null) {
        lastId -= 1;
        underWay.set(lastId, { box, id: batch.id });
        return { ...batch, id: lastId, payload: datedPayload(batch.station, readings, dating, from) };
      }
      log?.error({ station: batch.station }, 'a batch that waited for time is no SenML, it is lost');
      outbox.remove(batch.id);
    }
  }

  /** Nothing of it waits, and nothing more is to be expected. */
  function isDone(box: BootBox): boolean {
    if ([...underWay.values()].some((other) => other.box === box)) return false;
    if (!box.present) return true;
    return box.dating() !== null && ticks() - box.boot().newest > IDLE_MS && box.readings() === 0;
  }

  return {
    isEmpty: () => boxes.length === 0,
    append(batches) {
      const box = present() ?? newBox();
      box.outbox().append(batches);
      settleSoon(box);
    },
    timeArrived(offset, verified) {
      time = { offset, verified };
      const box = present();
      const undated = lost().filter((each) => each.dating() === null);
      const start = box?.dating()?.offset ?? time.offset;
      const latest = latestPossible(
        undated.map((each) => each.boot()),
        start,
        true,
      );
      for (const [index, each] of undated.entries()) {
        const dating = latest[index];
        if (dating) each.settle(dating);
      }
      if (box) settle(box);
    },
    take(now, lane) {
      const own = present();
      if (own) settleSoon(own);
      wait();
      for (const [box, way] of ways(now)) {
        // Of an earlier boot nothing is of the present, however short the pause was.
        if (!box.present && lane !== 'backlog') continue;
        const batch = takeFrom(box, way, now, lane);
        if (batch) return batch;
        if (lane === 'backlog' && isDone(box)) discard(box);
      }
      return null;
    },
    remove(id) {
      const taken = underWay.get(id);
      underWay.delete(id);
      taken?.box.outbox().remove(taken.id);
    },
    release() {
      for (const { box } of underWay.values()) box.outbox().release();
      underWay.clear();
      if (waitsSince !== null) waited += ticks() - waitsSince;
      waitsSince = null;
    },
    oldest(now) {
      const times = [...ways(now)].map(([box, { dating }]) => box.boot().oldest + dating.offset);
      return times.length === 0 ? null : Math.min(...times);
    },
    waiting(now) {
      const known = ways(now);
      let [live, backlog] = [0, 0];
      for (const box of boxes) {
        const way = known.get(box);
        if (!box.present || way === undefined) backlog += box.readings();
        else {
          const waiting = box.outbox().waiting(now - way.dating.offset);
          live += waiting.live;
          backlog += waiting.backlog;
        }
      }
      return { live, backlog };
    },
    held() {
      const known = ways(wall());
      const held = boxes.filter((box) => !known.has(box));
      const readings = held.reduce((sum, box) => sum + box.readings(), 0);
      if (readings === 0) return null;
      const since = held.map((box) => {
        const { oldest, newest } = box.boot();
        return ticks() - oldest + (box.present ? 0 : newest);
      });
      return { readings, seconds: Math.max(0, Math.round(Math.max(...since) / 1000)) };
    },
    thinned: () => boxes.reduce((sum, box) => sum + box.thinned(), gone.thinned),
    dropped: () => boxes.reduce((sum, box) => sum + box.dropped(), gone.dropped),
    bytes: () => boxes.reduce((sum, box) => sum + box.bytes(), 0),
    holdsHours() {
      const box = present();
      return box === undefined || box.dating() !== null ? null : box.outbox().room().holdsHours;
    },
    close() {
      for (const box of boxes) box.close();
    },
  };
}

function readCounts(file: string): z.infer<typeof countsSchema> {
  try {
    return countsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // They are for people; without the file nothing was lost.
    return { thinned: 0, dropped: 0 };
  }
}
