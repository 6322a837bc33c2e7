/** What the edge has learned of its instruments, kept on disk: a restart does not learn it all again. */
import { join } from 'node:path';
import { z } from 'zod';
import type { Logger } from '../devices/kit/log.ts';
import { writeWhole } from '../devices/kit/whole-file.ts';
import {
  describeLearned,
  isNothing,
  isRetestDue,
  type Learned,
  type Lesson,
  NOTHING_LEARNED,
  nextLesson,
} from '../devices/line/learned.ts';
import { REGISTER_AREAS } from '../devices/register.ts';
import { readKept } from './state-file.ts';

/** Of one instrument. */
export interface Memory {
  /** What holds now; nothing when it is time to look again. */
  known(now: number): Learned;
  learn(found: Learned, now: number): void;
  /** The instrument was away and may be another one: look again at the next read. */
  doubt(): void;
}

export interface Lessons {
  /** `key` names the instrument and all that its registers depend on. */
  memoryOf(key: string, log: Logger): Memory;
}

const area = z.enum(REGISTER_AREAS);
const address = z.int().min(0).max(65_535);

const lessonSchema = z.strictObject({
  learned: z.strictObject({
    illegal: z
      .array(z.strictObject({ area, address, count: z.int().min(1).max(2000), cause: z.string().max(500) }))
      .max(1000),
    apart: z.array(z.strictObject({ area, address })).max(1000),
    maxRegisters: z.int().min(1).max(2000).nullable(),
  }),
  tests: z.int().min(1),
  since: z.number(),
  retestAt: z.number(),
});

const fileSchema = z.record(z.string(), lessonSchema);

const FILE = 'learned.json';

/** Without a directory they are kept as long as the process runs. */
export function openLessons(directory: string | null, log: Logger): Lessons {
  const lessons = new Map<string, Lesson>(directory === null ? [] : load(directory, log));
  let saved = true;

  function save(): void {
    if (directory === null) return;
    try {
      writeWhole(join(directory, FILE), `${JSON.stringify(Object.fromEntries(lessons), null, 1)}\n`);
      saved = true;
    } catch (err) {
      if (saved) log.warn({ err }, 'what was learned of instruments cannot be kept on disk');
      saved = false;
    }
  }

  return {
    memoryOf(key, ownLog) {
      let lesson = lessons.get(key) ?? null;
      const forget = (): void => {
        if (lesson === null || isNothing(lesson.learned)) return;
        // How often it was found is kept: when it is found again, it is believed for longer.
        lesson = { ...lesson, learned: NOTHING_LEARNED };
        lessons.delete(key);
        save();
      };
      return {
        known(now) {
          if (lesson !== null && isRetestDue(lesson, now)) forget();
          return lesson?.learned ?? NOTHING_LEARNED;
        },
        learn(found, now) {
          lesson = nextLesson(lesson, found, now);
          lessons.set(key, lesson);
          ownLog.warn(
            { learned: describeLearned(found), retest: new Date(lesson.retestAt).toISOString() },
            'instrument differs from its profile',
          );
          save();
        },
        doubt: forget,
      };
    },
  };
}

/** A file that cannot be read costs no more than learning again. */
const load = (directory: string, log: Logger): [string, Lesson][] =>
  Object.entries(
    readKept(
      join(directory, FILE),
      fileSchema,
      log,
      'what was learned of instruments cannot be read, it is learned again',
    ) ?? {},
  );
