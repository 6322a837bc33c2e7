/** Does what a command wants. Nothing here decides whether it may: commands.ts has asked before. */
import type { Logger } from '../../devices/kit/log.ts';
import type { LinePlan } from '../../devices/line/line-plan.ts';
import type { EdgeFile } from '../../devices/station.ts';
import { MOST_LOG_CHARACTERS, type Order, type Orders, TURN_MS } from '../../devices/wire/fleet.ts';
import type { Clock } from '../clock.ts';
import type { RunningLine } from '../line.ts';
import type { LineAccess } from '../orders.ts';
import type { Effects } from './effects.ts';
import { allowedWrite, type Found, findInstrument, readFault } from './field.ts';
import type { LineTurn } from './line-turn.ts';
import { type Ending, failed, readRegisters, writeAndReadBack } from './registers.ts';

export interface Performers {
  readonly file: Pick<EdgeFile, 'stations'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly lines: () => readonly RunningLine[];
  readonly turnOf: (line: string) => LineTurn | undefined;
  readonly effects: Effects;
  /** The newest lines of the log; absent: nobody keeps any. */
  readonly recentLog?: ((lines: number) => readonly string[]) | undefined;
  /** Whether it can be started anew. */
  readonly restart?: unknown;
}

const BUSY: Ending = {
  state: 'expired',
  reason: `the line had no turn for it in ${TURN_MS / 1000} s, or was stopped`,
};

/** While an effect is waited for its parameter is read so often, when that is oftener than it is anyway. */
const EFFECT_EVERY_MS = 2000;

type Performer<Kind extends Orders['kind']> = (
  orders: Extract<Orders, { kind: Kind }>,
  by: Order['by'],
) => Ending | Promise<Ending>;

export interface Perform {
  /** Why it may not be done, null when it may. */
  refusal(order: Pick<Order, 'orders' | 'by'>): string | null;
  /** Not for `restart`. Never rejects. */
  run(order: Pick<Order, 'orders' | 'by'>): Promise<Ending>;
}

export function createPerform(parts: Performers): Perform {
  const { file, clock, lines, turnOf, effects } = parts;

  const find = (orders: { station: string; instrument: string }) => findInstrument(lines(), orders);

  async function onLine(
    { line, plan }: Found,
    work: (access: LineAccess) => Promise<Ending>,
  ): Promise<Ending> {
    return (await turnOf(line)?.take(plan, TURN_MS, work)) ?? BUSY;
  }

  const read: Performer<'read'> = async (orders) => {
    const found = find(orders);
    if (typeof found === 'string') return failed(found);
    return onLine(found, (access) => readRegisters(orders, access));
  };

  const write: Performer<'write'> = async (orders, by) => {
    const found = find(orders);
    if (typeof found === 'string') return failed(found);
    const allowed = allowedWrite(found.plan, found.line, orders, by, file);
    if (typeof allowed === 'string') return failed(allowed);
    const ending = await onLine(found, (access) => writeAndReadBack(allowed, orders.value, access));
    const { effect, station } = orders;
    if (ending.state !== 'done' || effect === undefined) return ending;
    const until = clock.ticks() + effect.within_s * 1000;
    for (const line of lines()) line.hurry(station, [effect.parameter], EFFECT_EVERY_MS, until);
    const seen = await effects.seen(station, effect);
    if (seen !== null) return { ...ending, reason: `${effect.parameter} is ${seen}` };
    const { parameter, min, max, within_s } = effect;
    const missed = `no ${parameter} from ${min} to ${max} within ${within_s} s`;
    return failed(`written and read back, no effect seen: ${missed}`, ending.values);
  };

  const rescan: Performer<'rescan'> = ({ station, instrument }) => {
    const isMeant = (plan: LinePlan): boolean =>
      (station === undefined || plan.station === station) &&
      (instrument === undefined || plan.instrument === `${station}/${instrument}`);
    let count = 0;
    for (const line of lines())
      for (const plan of line.plans) if (isMeant(plan)) count += line.rescan(plan.instrument);
    if (count === 0) return failed('there is no such Modbus instrument');
    return {
      state: 'done',
      reason: `what was learned is forgotten, instruments that are looked at anew: ${count}`,
    };
  };

  const log: Performer<'log'> = ({ lines: wanted }) => {
    const kept: string[] = [];
    let characters = 0;
    for (const line of [...(parts.recentLog?.(wanted) ?? [])].reverse()) {
      characters += line.length;
      if (characters > MOST_LOG_CHARACTERS) break;
      kept.unshift(line);
    }
    return { state: 'done', reason: null, lines: kept };
  };

  return {
    refusal({ orders, by }) {
      if (orders.kind === 'restart') return parts.restart ? null : 'this edge cannot start itself anew';
      if (orders.kind === 'log') return parts.recentLog ? null : 'this edge keeps no log lines';
      if (orders.kind === 'rescan') return null;
      const found = find(orders);
      if (typeof found === 'string') return found;
      if (orders.kind === 'read') return readFault(found.plan, orders);
      const allowed = allowedWrite(found.plan, found.line, orders, by, file);
      return typeof allowed === 'string' ? allowed : null;
    },
    async run({ orders, by }) {
      try {
        switch (orders.kind) {
          case 'read':
            return await read(orders, by);
          case 'write':
            return await write(orders, by);
          case 'rescan':
            return await rescan(orders, by);
          case 'log':
            return await log(orders, by);
          case 'restart':
            return failed('a restart has its own way');
        }
      } catch (err) {
        parts.log.error({ err }, 'command failed');
        return failed('the edge failed at this; its log says why');
      }
    },
  };
}
