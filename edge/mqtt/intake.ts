/**
 * Samples of one instrument to readings: which time counts, what came before, what the tests say. Pure but for its
 * memory, which is bounded; time is an argument.
 */
import type { MqttInstrument, MqttValue } from '../../devices/mqtt-instrument.ts';
import type { ParameterId } from '../../devices/parameter.ts';
import { createJudge, type Judge } from '../../devices/quality/judge.ts';
import type { Judged } from '../../devices/quality.ts';
import type { Reading } from '../../devices/reading.ts';
import { spanText } from './duration.ts';
import type { Sample, Stamp } from './message.ts';
import { judgeSample } from './value.ts';

/** So far ahead of the edge's clock a time is taken as it is. */
const AHEAD_MS = 60_000;

/** What is sent when it is measured comes within this. Live readings may be no older than twice that. */
const PRESENT_MS = 30_000;

/** A clock that says less was never set: such devices begin in 1970, 2000 or at the date of their firmware. */
const EARLIEST = Date.UTC(2020, 0, 1);

/** Times of each parameter that are remembered to know a repeat; as many keys of messages. */
const MOST_REMEMBERED = 256;

/** Repeats come within minutes; a frame counter may begin again later. */
const KEY_LIFE_MS = 600_000;

export interface Intake {
  /** Whether a message with this key came already; remembers it. */
  repeated(key: string | null, now: number): boolean;
  /** `retained`: kept by the broker and sent again because we came, so that its arrival is no time of measurement. */
  accept(samples: readonly Sample[], now: number, retained: boolean): Reading[];
}

interface Memory {
  readonly mapping: MqttValue;
  readonly judge: Judge;
  /** Times that messages gave, oldest first. */
  readonly times: Set<number>;
  newest: number;
}

export function createIntake(station: string, { values, quality }: MqttInstrument): Intake {
  const memories = new Map(
    (Object.entries(values) as [ParameterId, MqttValue][]).map(([parameter, mapping]): [string, Memory] => [
      parameter,
      {
        mapping,
        judge: createJudge(parameter, quality[parameter]),
        times: new Set(),
        newest: Number.NEGATIVE_INFINITY,
      },
    ]),
  );
  const keys = new Map<string, number>();

  function readingOf(sample: Sample, memory: Memory, time: Timed): Reading {
    const { at, why } = time;
    const judged = judgeSample(sample, memory.mapping);
    // What was stored and comes late has its neighbours behind it already.
    const tested = at >= memory.newest ? memory.judge(judged, at) : judged;
    memory.newest = Math.max(memory.newest, at);
    return { station, parameter: sample.parameter, at, ...(why === null ? tested : withReason(tested, why)) };
  }

  return {
    repeated(key, now) {
      if (key === null) return false;
      const before = keys.get(key);
      keys.delete(key);
      keys.set(key, now);
      forgetOldest(keys);
      return before !== undefined && now - before < KEY_LIFE_MS;
    },
    accept(samples, now, retained) {
      const timed = samples
        .map((sample) => ({ sample, time: timeOf(sample.stamp, now, retained) }))
        .filter((one): one is { sample: Sample; time: Timed } => one.time !== null)
        .sort((a, b) => a.time.at - b.time.at);
      return timed.flatMap(({ sample, time }) => {
        const memory = memories.get(sample.parameter);
        if (!memory || (retained && time.at <= memory.newest)) return [];
        if (time.own && memory.times.has(time.at)) return [];
        if (time.own) memory.times.add(time.at);
        forgetOldest(memory.times);
        return [readingOf(sample, memory, time)];
      });
    },
  };
}

interface Timed {
  readonly at: number;
  /** Whether it is the message's own. */
  readonly own: boolean;
  /** Why the message's own does not count. */
  readonly why: string | null;
}

/** null when nobody knows when it was measured. */
function timeOf(stamp: Stamp | null, now: number, retained: boolean): Timed | null {
  const why = stamp === null ? null : whyNotBelieved(stamp, now);
  if (stamp !== null && why === null) return { at: stamp.at, own: true, why };
  return retained ? null : { at: now, own: false, why };
}

function whyNotBelieved({ at, present }: Stamp, now: number): string | null {
  const ahead = at - now;
  if (at < EARLIEST) return 'the clock of the instrument is not set: time of arrival';
  if (ahead > (present ? PRESENT_MS : AHEAD_MS))
    return `the clock of the instrument is ${spanText(ahead)} ahead: time of arrival`;
  if (present && -ahead > PRESENT_MS)
    return `the clock of the instrument is ${spanText(-ahead)} behind: time of arrival`;
  return null;
}

const withReason = (judged: Judged, reason: string): Judged => ({
  ...judged,
  reason: judged.reason === null ? reason : `${judged.reason}; ${reason}`,
});

function forgetOldest(memory: Set<number> | Map<string, number>): void {
  if (memory.size <= MOST_REMEMBERED) return;
  const [oldest] = memory.keys();
  if (oldest !== undefined) (memory as Set<unknown>).delete(oldest);
}
