/**
 * The readings of one boot that have no time: an outbox of their own, whose times are ticks of that boot, and a note of
 * what is known of its clock. So nothing of two boots is ever packed or thinned together.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Logger } from '../../devices/kit/log.ts';
import { writeWhole } from '../../devices/kit/whole-file.ts';
import { type Outbox, openOutbox } from '../outbox.ts';
import type { Boot, Dating } from './dating.ts';

const noteSchema = z.object({
  wall_offset: z.number(),
  dating: z.object({ offset: z.number(), reason: z.string().nullable(), doubtful: z.boolean() }).nullable(),
});

export interface BootBox {
  readonly name: string;
  readonly present: boolean;
  /** The settled dates: once they are known they stay, so that nothing is sent under two. */
  dating(): Dating | null;
  /** On disk when it returns. */
  settle(dating: Dating): void;
  boot(): Boot;
  /** Opened on demand. */
  outbox(): Outbox;
  /** Readings that wait, those under way included. */
  readings(): number;
  thinned(): number;
  dropped(): number;
  bytes(): number;
  close(): void;
  /** With all that it holds. */
  delete(): void;
}

export interface BoxOptions {
  readonly megabytes: number;
  /** Bytes of them that others use. */
  readonly others: () => number;
  readonly ticks: () => number;
  readonly keepHours?: number | undefined;
  readonly log?: Logger | undefined;
}

/** Folders begin with a number, since boots have no order of their own. */
const FOLDER = /^(\d{6})-([\w-]{8,64})$/;

const NEVER = Number.MIN_SAFE_INTEGER;

/** Of all boots that have left something, the oldest first. */
export function findBoxes(parent: string): { readonly folder: string; readonly name: string }[] {
  let names: string[] = [];
  try {
    names = readdirSync(parent).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return names.flatMap((folder) => {
    const name = FOLDER.exec(folder)?.[2];
    return name === undefined ? [] : [{ folder: join(parent, folder), name }];
  });
}

/** The folder of a boot that has none yet. */
export function newFolder(parent: string, name: string): string {
  const last = readdirSync(parent).reduce(
    (most, each) => Math.max(most, Number(FOLDER.exec(each)?.[1] ?? 0)),
    0,
  );
  return join(parent, `${String(last + 1).padStart(6, '0')}-${name}`);
}

/** `wallOffset` is noted when the box is new. Throws when the folder cannot be used. */
export function openBox(
  folder: string,
  name: string,
  present: boolean,
  wallOffset: number,
  { megabytes, others, ticks, keepHours, log }: BoxOptions,
): BootBox {
  const file = join(folder, 'clock.json');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let note = readNote(file, log);
  if (note === null) {
    note = { wall_offset: wallOffset, dating: null };
    writeNote();
  }
  /** Of an earlier boot nothing comes any more: it is as old as its newest reading and what this boot lasts. */
  let newest = 0;
  const now = present ? ticks : () => newest + ticks();
  const open = () =>
    openOutbox(folder, megabytes, {
      now,
      ticks,
      others,
      ...(keepHours !== undefined && { keepHours }),
      ...(log && { log }),
    });
  let outbox: Outbox | null = open();
  let span = { oldest: 0, newest: 0 };
  let closed = { readings: 0, thinned: 0, dropped: 0, bytes: 0 };
  look(outbox);

  function writeNote(): void {
    writeWhole(file, `${JSON.stringify(note)}\n`);
  }

  function look(opened: Outbox): void {
    span = opened.span() ?? span;
    newest = Math.max(newest, span.newest);
  }

  const readingsOf = (opened: Outbox): number => {
    const { live, backlog } = opened.waiting(NEVER);
    return live + backlog;
  };

  function close(): void {
    if (outbox === null) return;
    look(outbox);
    closed = {
      readings: readingsOf(outbox),
      thinned: outbox.thinned(),
      dropped: outbox.dropped(),
      bytes: outbox.bytes(),
    };
    outbox.close();
    outbox = null;
  }

  return {
    name,
    present,
    dating: () => note?.dating ?? null,
    settle(dating) {
      note = { wall_offset: note?.wall_offset ?? wallOffset, dating };
      writeNote();
    },
    boot() {
      if (outbox !== null) look(outbox);
      return { name, wallOffset: note?.wall_offset ?? wallOffset, oldest: span.oldest, newest };
    },
    outbox() {
      outbox ??= open();
      return outbox;
    },
    readings: () => (outbox === null ? closed.readings : readingsOf(outbox)),
    thinned: () => outbox?.thinned() ?? closed.thinned,
    dropped: () => outbox?.dropped() ?? closed.dropped,
    bytes: () => outbox?.bytes() ?? closed.bytes,
    close,
    delete() {
      close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Null when there is none, or none that can be read: then its clock is taken for one of 1970. */
function readNote(file: string, log: Logger | undefined): z.infer<typeof noteSchema> | null {
  try {
    return noteSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code === 'ENOENT') return null;
    log?.warn({ file, err }, 'what was known of the clock of these readings cannot be read');
    return { wall_offset: 0, dating: null };
  }
}
