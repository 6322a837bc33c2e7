/** Keeps the coil of a siren as it is wanted: written, read back, and written again until it shows it. */
import type { Logger } from '../devices/kit/log.ts';
import type { Siren } from '../devices/siren.ts';
import { type Backoff, backoffMs } from './backoff.ts';
import type { Clock } from './clock.ts';
import type { LineAccess } from './orders.ts';
import type { SirenDemand } from './siren-demand.ts';
import { describeFault } from './sources/source.ts';
import type { Urgent } from './urgent.ts';

/** Output modules answer within milliseconds; what is dead holds up the line for so long. */
const TIMEOUT_MS = 1000;

/** While it sounds a module that lost its power must not stay silent for long; a silent one is looked at now and then. */
const CHECK_MS = { on: 10_000, off: 60_000 };

/** Between attempts while it is not confirmed. */
const RETRY: Readonly<Record<'on' | 'off', Backoff>> = {
  on: { firstMs: 500, maxMs: 5000 },
  off: { firstMs: 500, maxMs: 60_000 },
};

export interface SirenCoil extends Urgent {
  /** It was wanted otherwise, or may be: look at once. */
  look(): void;
  state(): { readonly wanted: boolean; readonly confirmed: boolean; readonly error: string | null };
}

export interface SirenCoilOptions {
  readonly siren: Siren;
  readonly demand: SirenDemand;
  readonly clock: Pick<Clock, 'ticks'>;
  readonly log: Logger;
  /** Silence on the line after each request. */
  readonly pauseMs: number;
  /** Is called after each attempt. */
  readonly tried: () => void;
}

export function createSirenCoil(options: SirenCoilOptions): SirenCoil {
  const { siren, demand, clock, log, pauseMs, tried } = options;
  const { line, unit, coil } = siren;
  const place = `line ${line}, unit ${unit}, coil ${coil}`;
  /** What the last attempt was for; null before the first. */
  let asked: boolean | null = null;
  let confirmed = false;
  let error: string | null = null;
  let failures = 0;
  let nextAt = 0;
  let wake = (): void => {};

  async function shows(access: LineAccess, wanted: boolean): Promise<string | null> {
    const result = await access.ask({ area: 'coil', address: coil, count: 1 });
    if (result.kind === 'fault') return describeFault(result.fault);
    const on = result.words[0] === 1;
    return on === wanted ? null : `it reads ${word(on)} though ${word(wanted)} was written`;
  }

  /** Why it is not known to be as wanted, null when it is. */
  async function settle(access: LineAccess, wanted: boolean): Promise<string | null> {
    // What was confirmed is only looked at: writing again would hide that the module had lost it.
    if (confirmed && asked === wanted) {
      const lost = await shows(access, wanted);
      if (lost === null) return null;
      log.warn({ siren: siren.id, place, reason: lost }, 'siren has changed by itself');
    }
    const written = await access.write({ area: 'coil', address: coil, value: wanted ? 1 : 0 });
    return written.kind === 'fault' ? describeFault(written.fault) : shows(access, wanted);
  }

  function note(wanted: boolean, fault: string | null): void {
    const reason = fault === null ? null : `${fault} (${place})`;
    if (reason !== null && error === null)
      log.error({ siren: siren.id, wanted: word(wanted), reason }, 'siren not confirmed, tried again');
    if (reason === null && (!confirmed || asked !== wanted))
      log[wanted ? 'warn' : 'info']({ siren: siren.id, place }, `siren is ${word(wanted)}`);
    error = reason;
  }

  return {
    unit,
    pauseMs,
    timeoutMs: () => TIMEOUT_MS,
    onSooner(given) {
      wake = given;
    },
    look: () => wake(),
    dueAt() {
      const now = clock.ticks();
      // A change goes at once, also to one that did not answer the last time.
      return demand.wanted(now) === asked ? Math.min(nextAt, demand.changesAt(now)) : now;
    },
    async run(access) {
      const wanted = demand.wanted(clock.ticks());
      const fault = await settle(access, wanted);
      note(wanted, fault);
      if (fault === null) failures = 0;
      else failures = asked === wanted ? failures + 1 : 1;
      asked = wanted;
      confirmed = fault === null;
      nextAt =
        clock.ticks() + (confirmed ? CHECK_MS[word(wanted)] : backoffMs(RETRY[word(wanted)], failures));
      tried();
    },
    state() {
      const wanted = demand.wanted(clock.ticks());
      return { wanted, confirmed: confirmed && asked === wanted, error };
    },
  };
}

const word = (on: boolean): 'on' | 'off' => (on ? 'on' : 'off');
