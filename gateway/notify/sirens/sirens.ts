/**
 * Has edges sound and silence their sirens, as the calls in the ledger say, by a retained message a station; and writes on the
 * alerts' timelines what edges confirm of it.
 */
import type { Logger } from '../../../devices/kit/log.ts';
import type { SirenCall } from '../../../devices/wire/messages.ts';
import type { Catalog } from '../../catalog.ts';
import type { Ledger } from '../../ledger.ts';
import {
  ANEW_MS,
  type Call,
  createSirenCalls,
  type SirenCalls,
  type SirenTransition,
  type Told,
} from './calls.ts';
import { type SirenSeen, sirenSeen } from './seen.ts';

export interface Sirens extends Pick<SirenCalls, 'sound' | 'silence' | 'move'> {
  /** Tells edges what has changed, and takes over what they have confirmed. Asking again changes nothing. */
  look(): void;
  /** Looks after each change, and every second. */
  start(): { stop(): void };
}

export interface SirensParts {
  readonly ledger: Ledger;
  readonly catalog: Pick<Catalog, 'get' | 'edge'>;
  readonly now: () => number;
  readonly log: Logger;
  /** Retained. */
  publish(station: string, call: SirenCall): void;
}

const LOOK_MS = 1000;
/** So long an edge may take to confirm: over a bad line, with a module that needs several attempts. */
const CONFIRM_MS = 30_000;
/** What is to be silent and never was confirmed so is given up: long before, the edge has ended the call by itself. */
const GIVE_UP_MS = 3_600_000;

export function createSirens({ ledger, catalog, now, log, publish }: SirensParts): Sirens {
  const calls = createSirenCalls(ledger, now);
  /** What edges were told by this process, by station. */
  const published = new Map<string, Call | null>();
  let running = false;
  let isLooking = false;

  /** Answers the call that its edge was told. */
  function tell(station: string, ofStation: readonly Call[]): Call | null {
    const standing = ofStation.filter(({ ended_at }) => ended_at === null);
    const before = published.get(station);
    const held = standing.find(({ since }) => since === before?.since && Math.abs(now() - since) < ANEW_MS);
    const inForce = held ?? standing.sort((a, b) => b.since - a.since || b.id - a.id)[0] ?? null;
    if (before === undefined || before?.since !== inForce?.since) publish(station, messageOf(inForce));
    published.set(station, inForce);
    return inForce;
  }

  /** What an edge has told since the call was to sound, or to be silent. */
  function judge(call: Call, inForce: Call | null, seen: SirenSeen, seenAt: number): void {
    const { id, station, told, ended_at } = call;
    const say = (word: Told | null, kind: SirenTransition, wish = ''): void =>
      calls.say(call, word, kind, `${station}${wish}: ${seen.words}`);
    const isLate = now() - (ended_at ?? call.since) >= CONFIRM_MS;
    if (ended_at === null) {
      if (seen.is === 'on' && told !== 'sounded') say('sounded', 'sounded');
      // It has sounded as long as its edge lets it.
      else if (seen.is === 'off' && told === 'sounded') calls.end(id);
      else if (seen.is !== 'on' && told === null && isLate)
        say('not sounded', 'not confirmed', ' is to sound');
      return;
    }
    // It sounds on for another alert.
    if (inForce !== null) return;
    const isOver = seen.is === 'off' && seenAt >= ended_at;
    if (isOver && (told === 'sounded' || told === 'not silenced')) say(null, 'silenced');
    else if (!isOver && (told === null || told === 'sounded') && isLate)
      say('not silenced', 'not confirmed', ' is to be silent');
    if (isOver || now() - ended_at >= GIVE_UP_MS) calls.remove(id);
  }

  function look(): void {
    if (calls.none()) return;
    ledger.transaction(calls.expire);
    for (const [station, ofStation] of Map.groupBy(calls.all(), (call) => call.station)) {
      const inForce = tell(station, ofStation);
      const edge = catalog.edge(catalog.get(station)?.edge ?? '');
      const seen = sirenSeen(station, edge, inForce?.since ?? null);
      ledger.transaction(() => {
        for (const call of ofStation) judge(call, inForce, seen, edge?.at ?? 0);
      });
    }
  }

  function attempt(): void {
    if (!running) return;
    try {
      look();
    } catch (err) {
      log.error({ err }, 'sirens could not be told, will be tried again');
    }
  }

  /** After the transaction that is under way: what is rolled back must sound nothing. */
  function lookSoon(): void {
    if (isLooking) return;
    isLooking = true;
    setImmediate(() => {
      isLooking = false;
      attempt();
    });
  }

  return {
    sound(subject, stations) {
      calls.sound(subject, stations);
      lookSoon();
    },
    silence(subject) {
      calls.silence(subject);
      lookSoon();
    },
    move: calls.move,
    look: attempt,
    start() {
      running = true;
      attempt();
      const timer = setInterval(attempt, LOOK_MS);
      return {
        stop() {
          running = false;
          clearInterval(timer);
        },
      };
    },
  };
}

const messageOf = (call: Call | null): SirenCall =>
  call === null
    ? { on: false }
    : { on: true, alert: String(call.alerts[0]), since: call.since, until: call.until };
