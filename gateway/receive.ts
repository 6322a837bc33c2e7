/** What each kind of message means to the gateway: the broker's gate calls it before it acknowledges. */
import type { z } from 'zod';
import {
  answerSchema,
  type CommandAnswer,
  type ConfigReport,
  configReportSchema,
} from '../devices/wire/fleet.ts';
import { type Renewal, renewalSchema } from '../devices/wire/identity.ts';
import {
  type Alarm,
  accountSchema,
  alarmSchema,
  edgeStatusSchema,
  flowsStatusSchema,
  inventorySchema,
} from '../devices/wire/messages.ts';
import { type Seal, sealSchema } from '../devices/wire/seal.ts';
import type { Account } from './accounts.ts';
import type { AlertBook } from './alerts/book.ts';
import type { EdgeAccounts } from './books/edge-accounts.ts';
import type { IncomingMessage } from './broker/broker.ts';
import type { Catalog, KnownStation } from './catalog.ts';
import type { Ingest } from './ingest.ts';
import { MAX_AHEAD_MS } from './ingest-check.ts';
import type { Quarantine } from './quarantine.ts';

/** 5,000 SenML records, the most in one payload, fit into it. */
const MAX_PAYLOAD = 1024 * 1024;

export interface ReceiverParts {
  readonly ingest: Pick<Ingest, 'accept'>;
  readonly catalog: Catalog;
  readonly alerts: AlertBook;
  readonly quarantine: Quarantine;
  readonly accounts: Pick<EdgeAccounts, 'take' | 'forget'>;
  readonly now: () => number;
  onQuarantine(records: number): void;
  onStations(stations: readonly KnownStation[]): void;
  onEdgeStatus(edge: string): void;
  onFlowsStatus(online: boolean): void;
  /** What edges say of themselves; what nobody takes is let go. */
  readonly fleet: FleetEars;
}

/** Returns when it may be acknowledged; a sentence is why it was refused: it goes to quarantine. */
type Ear<Message> = (
  edge: string,
  message: Message,
  /** Of the connection that it came on; its name is `edge`. */
  account: Account,
) => Promise<string | undefined> | string | undefined;
export interface FleetEars {
  readonly answers?: Ear<CommandAnswer>;
  readonly config?: Ear<ConfigReport>;
  readonly renewal?: Ear<Renewal>;
  readonly seal?: Ear<Seal>;
}
const FLEET_SCHEMAS = {
  answers: answerSchema,
  config: configReportSchema,
  renewal: renewalSchema,
  seal: sealSchema,
};

export function createReceiver(parts: ReceiverParts): (message: IncomingMessage) => Promise<void> {
  const { ingest, catalog, alerts, quarantine, accounts, now } = parts;

  const refuse = async ({ account, topic, payload }: IncomingMessage, reason: string): Promise<void> => {
    await quarantine.add({
      client: account.name,
      topic,
      reason,
      records: 1,
      payload: payload.toString('utf8'),
    });
    parts.onQuarantine(1);
  };

  /** The message as its schema has it, or null after it was put in quarantine. */
  const checked = async <S extends z.ZodType>(
    message: IncomingMessage,
    schema: S,
  ): Promise<z.infer<S> | null> => {
    let value: unknown;
    try {
      value = JSON.parse(message.payload.toString('utf8'));
    } catch {
      await refuse(message, 'the payload is no JSON');
      return null;
    }
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    const [issue] = result.error.issues;
    await refuse(message, `${issue?.path.map(String).join('.') || 'message'}: ${issue?.message ?? 'wrong'}`);
    return null;
  };

  const receiveAlarm = async (message: IncomingMessage, station: string, reporter: string): Promise<void> => {
    const sent: Alarm | null = await checked(message, alarmSchema);
    if (sent === null) return;
    // An edge whose clock says 1970 must still be heard: its alarm would be older than all that is known.
    const alarm = sent.time_doubtful ? { ...sent, at: now() - Math.round((sent.age_s ?? 0) * 1000) } : sent;
    const fault = faultOf(alarm, station, reporter);
    if (fault === null) alerts.report(alarm, reporter);
    else await refuse(message, fault);
  };
  const faultOf = (alarm: Alarm, station: string, reporter: string): string | null => {
    const known = catalog.get(station);
    if (alarm.station !== station) return `station "${alarm.station}" is not the topic's`;
    if (known === undefined || (reporter !== 'flows' && known.edge !== reporter))
      return `unknown station "${station}"`;
    return alarm.at > now() + MAX_AHEAD_MS ? 'time is more than 5 minutes ahead' : null;
  };

  const hear = async (message: IncomingMessage, kind: keyof FleetEars): Promise<void> => {
    const told = await checked<z.ZodType>(message, FLEET_SCHEMAS[kind]);
    if (told === null) return;
    const ear = parts.fleet[kind] as Ear<unknown> | undefined;
    const fault = await ear?.(message.account.name, told, message.account);
    if (fault !== undefined) await refuse(message, fault);
  };

  return async (message) => {
    const { parsed, account, topic, payload } = message;
    if (payload.length > MAX_PAYLOAD) {
      return refuse(message, `payload of ${payload.length} bytes, at most ${MAX_PAYLOAD} are taken`);
    }
    switch (parsed.kind) {
      case 'readings':
      case 'backlog':
        return ingest.accept({
          edge: account.name,
          station: parsed.station,
          topic,
          payload,
          live: parsed.kind === 'readings',
        });
      case 'alarms':
        return receiveAlarm(message, parsed.station, account.name);
      case 'flows-alarms':
        return receiveAlarm(message, parsed.station, 'flows');
      case 'inventory': {
        const inventory = await checked(message, inventorySchema);
        if (inventory === null) return;
        const { changed, foreign } = catalog.announce(account.name, inventory);
        if (foreign.length > 0) await refuse(message, `stations of another edge: ${foreign.join(', ')}`);
        return parts.onStations(changed);
      }
      case 'status': {
        const status = await checked(message, edgeStatusSchema);
        if (status === null) return;
        catalog.setEdgeStatus(account.name, status);
        if (!status.online) accounts.forget(account.name);
        parts.onEdgeStatus(account.name);
        return;
      }
      case 'account': {
        const told = await checked(message, accountSchema);
        if (told !== null)
          accounts.take(account.name, told, (station) => catalog.get(station)?.edge === account.name);
        return;
      }
      case 'answers':
      case 'config':
      case 'renewal':
      case 'seal':
        return hear(message, parsed.kind);
      case 'flows-status': {
        const status = await checked(message, flowsStatusSchema);
        if (status !== null) parts.onFlowsStatus(status.online);
        return;
      }
      case 'live':
      case 'limits':
      case 'sirens':
      case 'to-edge':
        return;
    }
  };
}
