/** Faults that a simulated instrument can have, by name: what trainees and tests meet. Pure. */
import { z } from 'zod';

export const FAULT_KINDS = [
  // what comes back
  'no-answer',
  'late-answer',
  'exception-02',
  'exception-04',
  'exception-06',
  'wrong-crc',
  'echoed-request',
  'wrong-unit',
  'truncated',
  'id-clash',
  'hole-timeout',
  'sleep-until-woken',
  // what the registers hold
  'stuck-value',
  'sentinel',
  'swapped-words',
  'counter-reset',
  'not-started',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Settings that belong to one kind alone. */
const ONLY_FOR = { ms: 'late-answer', idle_s: 'sleep-until-woken' } as const satisfies Record<
  string,
  FaultKind
>;

const faultObject = z
  .strictObject({
    kind: z.enum(FAULT_KINDS, { error: `a fault is one of ${FAULT_KINDS.join(', ')}` }),
    /** Seconds until it begins. */
    after_s: z.number().min(0).max(604_800).default(0),
    /** Seconds that it lasts; for ever without. */
    for_s: z.number().positive().max(604_800).optional(),
    /** How late a late answer is; twice the response time-out of the profile without. */
    ms: z.int().min(1).max(60_000).optional(),
    /** Seconds without a request after which it sleeps; 5 without. */
    idle_s: z.number().positive().max(86_400).optional(),
  })
  .superRefine((fault, context) => {
    for (const [key, kind] of Object.entries(ONLY_FOR)) {
      if (fault[key as keyof typeof ONLY_FOR] !== undefined && fault.kind !== kind)
        context.addIssue({ code: 'custom', path: [key], message: `is only for ${kind}` });
    }
  });

/** A fault's name alone, or with its times. */
export const faultSchema = z.preprocess(
  (given) => (typeof given === 'string' ? { kind: given } : given),
  faultObject,
);

export type Fault = z.infer<typeof faultObject>;

/** As a person or a test writes it. */
export type FaultInput = FaultKind | z.input<typeof faultObject>;

/** The faults that are there at `now`, when they were set at `setAt` (epoch ms). */
export const activeFaults = (faults: readonly Fault[], setAt: number, now: number): Fault[] =>
  faults.filter(({ after_s, for_s }) => {
    const age = (now - setAt) / 1000 - after_s;
    return age >= 0 && (for_s === undefined || age < for_s);
  });
