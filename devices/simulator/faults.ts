/** Faults that a simulated instrument can have, as people write them: what trainees and tests meet. Pure. */
import { z } from 'zod';
import { REGISTER_AREAS } from '../register.ts';
import { FAULT_KINDS, type FaultKind } from './fault-kinds.ts';

/** Settings that belong to some kinds alone. */
const ONLY_FOR = {
  ms: ['late-answer'],
  idle_s: ['sleep-until-woken'],
  code: ['exception-unknown', 'most-registers'],
  seed: ['random-bytes'],
  extra: ['oversized'],
  area: ['illegal-registers'],
  address: ['illegal-registers'],
  count: ['illegal-registers', 'most-registers', 'short-answer'],
} as const satisfies Record<string, readonly FaultKind[]>;
type Setting = keyof typeof ONLY_FOR;

/** Without these the kind means nothing. */
const NEEDS: Partial<Record<FaultKind, readonly Setting[]>> = {
  'illegal-registers': ['area', 'address'],
  'most-registers': ['count'],
};

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
    /** Of the exception: 99 for an unknown one, 3 for a request of too many registers, without. */
    code: z.int().min(1).max(255).optional(),
    /** The same bytes come for the same seed; 1 without. */
    seed: z.int().min(1).max(2_147_483_646).optional(),
    /** Registers more than were asked for; without it the answer is longer than any may be. */
    extra: z.int().min(1).max(125).optional(),
    area: z.enum(REGISTER_AREAS).optional(),
    /** As it goes over the wire, counted from 0. */
    address: z.int().min(0).max(65_535).optional(),
    /** Registers: of the illegal ones (1 without), or the most in one request or answer. */
    count: z.int().min(1).max(65_536).optional(),
  })
  .superRefine((fault, context) => {
    const tell = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    for (const [key, kinds] of Object.entries(ONLY_FOR) as [Setting, readonly FaultKind[]][]) {
      if (fault[key] !== undefined && !kinds.includes(fault.kind))
        tell(key, `is only for ${kinds.join(' and ')}`);
    }
    for (const key of NEEDS[fault.kind] ?? [])
      if (fault[key] === undefined) tell(key, `${fault.kind} needs it`);
  });

/** A fault's name alone, or with its times and settings. */
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
