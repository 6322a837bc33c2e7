/**
 * Commands to edges: asked, approved by a second person where they are dangerous, sent once, taken, and ended by the edge's
 * own word or by time. Each step is in the ledger and on the audit log before anything is published (docs/fleet.md).
 */
import { randomBytes } from 'node:crypto';
import type { Session } from '../../devices/wire/api.ts';
import type { CommandState } from '../../devices/wire/edges.ts';
import {
  type Command,
  type CommandAnswer,
  GO_MS,
  type Orders,
  OUTCOME_MS,
  type Outcome,
  TAKE_MS,
  TURN_MS,
} from '../../devices/wire/fleet.ts';
import { topics } from '../../devices/wire/topics.ts';
import { httpRow } from '../access/http-rows.ts';
import { decide, type Proof } from '../access.ts';
import { withActor } from '../actor.ts';
import type { Audit } from '../audit/audit.ts';
import type { Catalog } from '../catalog.ts';
import type { Ledger } from '../ledger.ts';
import { scopeOf } from '../scope.ts';
import { checkOrders } from './command-check.ts';
import { type CommandRows, createCommandRows, type KeptCommand } from './command-rows.ts';

export type CommandFault =
  /** It cannot be done, whenever it is asked. */
  | { readonly kind: 'wrong'; readonly detail: string }
  /** It may be asked again later. */
  | { readonly kind: 'conflict'; readonly detail: string }
  | { readonly kind: 'forbidden'; readonly detail: string };

export type Asked = { readonly kind: 'command'; readonly command: KeptCommand } | CommandFault;

export interface EdgeCommands extends Pick<CommandRows, 'get' | 'list'> {
  /** `by`: the name of the user who asks, with what proof. An edge that is away gets nothing, and nothing waits for it. */
  ask(edge: string, orders: Orders, reason: string, by: string, proof: Proof): Asked;
  /** The second person, who has logged in. The first must still be allowed to ask for it. */
  approve(id: string, by: string): Asked;
  /** Why the answer is not taken; undefined when it is. */
  heard(edge: string, answer: CommandAnswer): string | undefined;
  /** Ends what nobody has answered in time. */
  look(): void;
  prune(): void;
}

export interface CommandParts {
  readonly ledger: Ledger;
  readonly audit: Pick<Audit, 'record'>;
  readonly catalog: Pick<Catalog, 'edge' | 'get' | 'all'>;
  /** What the person of this name may; null: there is none. What the two of them decide no script may. */
  readonly person: (name: string) => Session | null;
  readonly now: () => number;
  /** To those who hear now, QoS 1, not retained. */
  readonly publish: (topic: string, payload: string) => void;
}

/** So long the second person has. */
const APPROVE_MS = 900_000;
/** At a time, of one edge; it keeps to it too. */
const MOST_OPEN = 10;
const DAY_MS = 86_400_000;
const KEPT_MS = 400 * DAY_MS;
const RESULTS_MS = 30 * DAY_MS;

export function createEdgeCommands(parts: CommandParts): EdgeCommands {
  const { ledger, audit, catalog, now, publish } = parts;
  const rows = createCommandRows(ledger);

  const tell = (edge: string, command: Command): void =>
    publish(topics.toEdge(edge, 'commands'), JSON.stringify(command));

  const record = (action: string, command: KeptCommand, before: CommandState | null): void => {
    const { id, edge, area, orders, state, outcome, values, reason } = command;
    audit.record({
      action,
      what: `commands/${edge}/${id}${'station' in orders && orders.station ? `/${orders.station}` : ''}`,
      area,
      ...(before !== null && { before: { state: before } }),
      after: { state, orders, ...(outcome !== null && { outcome }), ...(values && { values }) },
      reason,
    });
  };

  /** One step: in the ledger and on the audit log together. */
  function step(
    action: string,
    command: KeptCommand,
    state: CommandState,
    change: Parameters<CommandRows['change']>[2],
  ): KeptCommand {
    return ledger.transaction(() => {
      const changed = rows.change(command, state, change);
      record(action, changed, command.state);
      return changed;
    });
  }

  const toSent = (
    action: string,
    command: KeptCommand,
    change: Parameters<CommandRows['change']>[2],
  ): KeptCommand => {
    const at = now();
    return step(action, command, 'sent', { ...change, sent_at: at, due_at: at + TAKE_MS });
  };

  /** After the ledger has it. */
  const send = ({ id, edge, orders, asked_by: first, approved_by: second }: KeptCommand): void =>
    tell(edge, { step: 'order', id, by: second === null ? [first] : [first, second], orders });

  const end = (command: KeptCommand, state: CommandState, outcome: string): KeptCommand =>
    step('command.answered', command, state, { ended_at: now(), due_at: null, outcome });

  const away = (edge: string): CommandFault | null => {
    if (catalog.edge(edge)?.status.online) return null;
    return {
      kind: 'conflict',
      detail: `edge ${edge} is away: nothing is kept for it, ask again when it is back`,
    };
  };

  /** Whoever has asked may still write, and still sees the station. */
  function mayStill({ asked_by, orders }: KeptCommand): boolean {
    const asker = parts.person(asked_by);
    const row = httpRow('commands.write');
    if (asker === null || row === undefined || decide(asker, 'session', row) !== null) return false;
    return (
      !('station' in orders) || orders.station === undefined || scopeOf(asker, catalog).sees(orders.station)
    );
  }

  function take(command: KeptCommand, nonce: string): undefined {
    // Too late, or not for the first time: without a word to go it does nothing.
    if (command.state !== 'sent') return;
    const { orders } = command;
    const effectMs = orders.kind === 'write' ? (orders.effect?.within_s ?? 0) * 1000 : 0;
    const at = now();
    const due_at = at + GO_MS + TURN_MS + effectMs + OUTCOME_MS;
    step('command.answered', command, 'taken', { taken_at: at, due_at });
    tell(command.edge, { step: 'go', id: command.id, nonce });
  }

  function finish(command: KeptCommand, answer: Outcome): string | undefined {
    const { state: told, reason, values, lines } = answer;
    const { state, heard } = command;
    // Its acknowledgement was lost.
    if (heard && state === told) return;
    const begun = state === 'taken' || (state === 'failed' && !heard);
    const notBegun = state === 'sent' && (told === 'refused' || told === 'expired');
    // The centre has given it up; what the edge says of it comes to the same.
    if (state === 'expired' && !heard && told === 'expired') return;
    if (!begun && !notBegun) return `command ${command.id} is ${state}: "${told}" is no answer to it`;
    step('command.answered', command, told, {
      ended_at: now(),
      due_at: null,
      heard: true,
      outcome: reason,
      values: values ?? null,
      lines: lines ?? null,
    });
  }

  // Without the word to go, which only this gateway gives, they were not done.
  for (const command of rows.open(null))
    if (command.state === 'sent') end(command, 'expired', 'the gateway was started anew, nothing was done');

  return {
    get: rows.get,
    list: rows.list,
    ask(edge, orders, reason, by, proof) {
      const stations = catalog.all().filter((station) => station.edge === edge);
      const checked = checkOrders(orders, edge, stations);
      if (checked.kind === 'fault') return { kind: 'wrong', detail: checked.detail };
      const { dangerous, station } = checked;
      if (dangerous && (proof !== 'session' || parts.person(by) === null))
        return {
          kind: 'forbidden',
          detail: 'a dangerous command is asked for by a user who logs in: no token can',
        };
      const gone = away(edge);
      if (gone !== null) return gone;
      if (rows.open(edge).length >= MOST_OPEN)
        return {
          kind: 'conflict',
          detail: `${MOST_OPEN} commands of edge ${edge} are under way: wait for one to end`,
        };
      const at = now();
      const added = ledger.transaction(() => {
        const command = rows.add({
          id: randomBytes(16).toString('base64url'),
          edge,
          area: station?.area.vi ?? null,
          orders,
          reason,
          dangerous,
          asked_by: by,
          asked_at: at,
          due_at: at + APPROVE_MS,
        });
        if (!dangerous) return toSent('command.asked', command, {});
        record('command.asked', command, null);
        return command;
      });
      if (!dangerous) send(added);
      return { kind: 'command', command: added };
    },
    approve(id, by) {
      const command = rows.get(id);
      if (command === undefined) return { kind: 'wrong', detail: `there is no command ${id}` };
      if (command.state !== 'waiting' || (command.due_at ?? 0) <= now())
        return { kind: 'conflict', detail: `command ${id} waits for no approval: it is ${command.state}` };
      if (parts.person(by) === null)
        return {
          kind: 'forbidden',
          detail: 'a command is approved by a user, not by the token of the settings',
        };
      if (samePerson(by, command.asked_by))
        return { kind: 'forbidden', detail: `${by} has asked for it: another person must approve` };
      if (!mayStill(command))
        return {
          kind: 'forbidden',
          detail: `${command.asked_by}, who has asked for it, may not do so any more: ask for it anew`,
        };
      const gone = away(command.edge);
      if (gone !== null) return gone;
      const approved = toSent('command.approved', command, { approved_by: by, approved_at: now() });
      send(approved);
      return { kind: 'command', command: approved };
    },
    heard(edge, answer) {
      const command = rows.get(answer.id);
      if (command === undefined || command.edge !== edge)
        return `edge ${edge} was given no command ${answer.id}`;
      return withActor({ name: edge, from: 'edge' }, () =>
        answer.state === 'taken' ? take(command, answer.nonce) : finish(command, answer),
      );
    },
    look() {
      const at = now();
      for (const command of rows.open(null)) {
        if (command.due_at === null || command.due_at > at) continue;
        const { state } = command;
        if (state === 'waiting')
          end(command, 'expired', `nobody approved it within ${APPROVE_MS / 60_000} minutes`);
        if (state === 'sent')
          end(command, 'expired', `the edge did not take it within ${TAKE_MS / 1000} s, nothing was done`);
        if (state === 'taken')
          end(command, 'failed', 'the edge has not said how it ended: it may have been done');
      }
    },
    prune: () => rows.prune(now() - KEPT_MS, now() - RESULTS_MS),
  };
}

/** Two spellings of one name are one person. */
const samePerson = (a: string, b: string): boolean =>
  a.normalize('NFKC').toLowerCase() === b.normalize('NFKC').toLowerCase();
