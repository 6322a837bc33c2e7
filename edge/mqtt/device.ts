/**
 * One instrument that publishes by itself: its messages become readings, and what is wrong with it is told with its
 * cause. Nothing that it sends reaches another instrument.
 */
import type { Logger } from '../../devices/kit/log.ts';
import type { MqttInstrument } from '../../devices/mqtt-instrument.ts';
import type { ParameterId } from '../../devices/parameter.ts';
import { missing } from '../../devices/quality.ts';
import type { Reading } from '../../devices/reading.ts';
import type { Clock } from '../clock.ts';
import { spanText } from './duration.ts';
import { createIntake } from './intake.ts';
import type { Decoded } from './message.ts';
import { watchSilence } from './silence.ts';

export interface DeviceOptions {
  readonly station: string;
  readonly instrument: MqttInstrument;
  /** For people: line and topic. */
  readonly place: string;
  readonly clock: Pick<Clock, 'now' | 'ticks'>;
  readonly log: Logger;
  readonly onReadings: (readings: readonly Reading[]) => void;
}

export interface Device {
  readonly name: string;
  /** What is wrong with it, null when nothing is. */
  error(): string | null;
  take(decoded: Decoded, retained: boolean): void;
  /** Messages were left out because there were too many. */
  flooded(leftOut: number): void;
  /** Somebody who must know says that it is there, or why it is not. */
  present(): void;
  gone(reason: string): void;
  lineLost(reason: string): void;
  lineBack(): void;
  /** To be called again and again: tells of what is overdue. */
  tick(): void;
}

type Trouble = 'malformed' | 'flood';

/** A trouble is over when so long nothing of its kind was seen and a good message came. */
const FLOOD_LASTS_MS = 10_000;

/** Trouble that comes and goes is logged no more often. */
const LOG_EVERY_MS = 60_000;

export function createDevice(options: DeviceOptions): Device {
  const { station, instrument, place, clock, log, onReadings } = options;
  const name = `${station}/${instrument.id}`;
  const parameters = Object.keys(instrument.values) as ParameterId[];
  const periodMs = instrument.period_s * 1000;
  const intake = createIntake(station, instrument);
  const silence = watchSilence(parameters, periodMs, clock.ticks());
  const troubles = new Map<Trouble, string>();
  let lineFault: string | null = null;
  let goneFor: string | null = null;
  let floodedAt = 0;
  let leftOutAll = 0;
  /** Why a parameter may be absent from messages that do come. */
  let note: string | null = null;
  let messageAt: number | null = null;
  let malformedToldAt = Number.NEGATIVE_INFINITY;
  let logged: { readonly kind: string; readonly at: number } | null = null;
  let failing = false;
  let announced = false;

  /** What keeps every value away; the line's own fault first, which everything else follows from. */
  const obstacle = (): string | null =>
    lineFault ?? goneFor ?? troubles.get('malformed') ?? troubles.get('flood') ?? null;

  function causeOf(parameter: ParameterId): string {
    const known = obstacle();
    if (known !== null) return known;
    const ticks = clock.ticks();
    const sinceMs = silence.sinceMs(parameter, ticks);
    const span = spanText(sinceMs);
    const othersMs = messageAt === null ? sinceMs : ticks - messageAt;
    return othersMs < Math.min(sinceMs, 2 * periodMs)
      ? `no ${parameter} for ${span} in its messages${note === null ? '' : `: ${note}`} (${place})`
      : `no message for ${span} (${place})`;
  }

  function tellMissing(absent: readonly ParameterId[]): void {
    if (absent.length === 0) return;
    const at = clock.now();
    onReadings(absent.map((parameter) => ({ station, parameter, at, ...missing(causeOf(parameter)) })));
  }

  function error(): string | null {
    const known = obstacle();
    if (known !== null) return known;
    const silent = silence.silent();
    return silent === null ? null : causeOf(silent);
  }

  /** The line tells of its own faults, once for all that are on it. */
  function tell(): void {
    if (lineFault !== null) return;
    const reason = error();
    const ticks = clock.ticks();
    if (reason === null) {
      if (announced) log.info({ instrument: name }, 'instrument works again');
      failing = false;
      announced = false;
      return;
    }
    if (failing) return;
    failing = true;
    const kind = goneFor !== null ? 'gone' : ([...troubles.keys()][0] ?? 'silent');
    if (logged?.kind === kind && ticks - logged.at < LOG_EVERY_MS) return;
    logged = { kind, at: ticks };
    announced = true;
    log.warn({ instrument: name, reason }, 'instrument fails');
  }

  function malformed(reason: string): void {
    troubles.set('malformed', `${reason} (${place})`);
    const ticks = clock.ticks();
    if (ticks - malformedToldAt < periodMs) return;
    malformedToldAt = ticks;
    tellMissing(silence.allDue(ticks));
  }

  function take(decoded: Decoded, retained: boolean): void {
    const now = clock.now();
    if (decoded.kind === 'malformed') {
      malformed(decoded.reason);
      return;
    }
    troubles.delete('malformed');
    if (intake.repeated(decoded.key, now)) return;
    const readings = intake.accept(decoded.samples, now, retained);
    if (!retained) {
      goneFor = null;
      note = decoded.note;
      const ticks = clock.ticks();
      messageAt = ticks;
      for (const { parameter } of decoded.samples) silence.seen(parameter, ticks);
    }
    if (readings.length > 0) onReadings(readings);
  }

  const told =
    <A extends unknown[]>(action: (...args: A) => void) =>
    (...args: A): void => {
      action(...args);
      tell();
    };

  return {
    name,
    error,
    take: told(take),
    flooded: told((leftOut) => {
      leftOutAll += leftOut;
      floodedAt = clock.ticks();
      troubles.set('flood', `sends too much: ${leftOutAll} messages left out, the newest kept (${place})`);
    }),
    present: told(() => {
      goneFor = null;
    }),
    gone: told((reason) => {
      if (goneFor !== null) return;
      goneFor = `${reason} (${place})`;
      tellMissing(silence.allDue(clock.ticks()));
    }),
    lineLost(reason) {
      lineFault = reason;
      silence.cutOff(clock.ticks());
    },
    lineBack() {
      lineFault = null;
      silence.rejoin();
    },
    tick: told(() => {
      if (clock.ticks() - floodedAt > FLOOD_LASTS_MS) troubles.delete('flood');
      tellMissing(silence.due(clock.ticks()));
    }),
  };
}
