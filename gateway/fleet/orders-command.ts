/** The commands below `quantrac edge` that tell a running gateway to tell an edge something, and wait for how it ended. */
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { UserFault } from '../../devices/kit/fault.ts';
import { loadSettings, type SettingsSources } from '../../devices/kit/settings.ts';
import {
  type CommandRecord,
  commandRecordSchema,
  type EdgeAnswer,
  edgeAnswerSchema,
  edgeDetailSchema,
} from '../../devices/wire/edges.ts';
import type { Orders } from '../../devices/wire/fleet.ts';
import { type ApiCall, addressOf } from '../api-client.ts';
import { gatewaySettingsSchema } from '../settings.ts';

export interface OrdersIo {
  readonly say: (line: string) => void;
  /** What it is at now, for who watches; '' when that is over. */
  readonly progress: (text: string) => void;
}

const ASK_EVERY_MS = 300;

const STATE_WORDS: Readonly<Record<CommandRecord['state'], string>> = {
  waiting: 'waits for a second person',
  sent: 'sent to the edge',
  taken: 'the edge is at it',
  done: 'done',
  failed: 'failed',
  expired: 'not done, too late',
  refused: 'refused by the edge, not done',
};

const ended = ({ state }: CommandRecord): boolean => !['waiting', 'sent', 'taken'].includes(state);

/** Whether it was done. One that waits for a second person is said and left: another call approves it. */
export async function giveOrders(
  call: ApiCall,
  edge: string,
  orders: Orders,
  reason: string,
  io: OrdersIo,
): Promise<boolean> {
  const asked = await call(commandRecordSchema, `edges/${edge}/commands/${orders.kind}`, { orders, reason });
  if (asked.state === 'waiting') {
    io.say(`${asked.id} ${STATE_WORDS.waiting}: quantrac edge approve ${edge} ${asked.id} --user <name>`);
    return false;
  }
  return follow(call, asked, io);
}

/** Waits for the end of a command, and says it. */
export async function follow(call: ApiCall, asked: CommandRecord, io: OrdersIo): Promise<boolean> {
  let command = asked;
  while (!ended(command)) {
    io.progress(`${command.id}: ${STATE_WORDS[command.state]}`);
    await delay(ASK_EVERY_MS);
    command = await call(commandRecordSchema, `edges/${command.edge}/commands/${command.id}`);
  }
  io.progress('');
  sayEnd(command, io);
  return command.state === 'done';
}

function sayEnd({ orders, state, outcome, values, lines }: CommandRecord, { say }: OrdersIo): void {
  for (const line of lines ?? []) say(line);
  if (orders.kind === 'read')
    for (const [index, value] of (values ?? []).entries())
      say(
        `${orders.table} ${orders.address + index}: ${value} (0x${value.toString(16).toUpperCase().padStart(4, '0')})`,
      );
  if (orders.kind === 'write' && values) say(`reads ${values.join(' ')}`);
  const end = outcome === null ? STATE_WORDS[state] : `${STATE_WORDS[state]}: ${outcome}`;
  if (lines === null || state !== 'done') say(end);
}

/** One line an edge. */
export async function listHealth(call: ApiCall, { say }: Pick<OrdersIo, 'say'>): Promise<void> {
  const { edges } = await call(z.object({ edges: z.array(edgeAnswerSchema) }), 'edges');
  for (const edge of edges) say(healthLine(edge));
  if (edges.length === 0) say('there are no edges');
}

const unless = (text: (value: number) => string, value: number | null): string[] =>
  value === null ? [] : [text(value)];

const healthLine = (edge: EdgeAnswer): string =>
  [
    edge.name,
    `${edge.online ? 'online' : 'away'}${edge.since === null ? '' : ` since ${new Date(edge.since).toISOString()}`}`,
    edge.versions?.quantrac ?? 'version unknown',
    ...unless((busy) => `busiest line ${Math.round(busy * 100)} %`, edge.busy),
    ...unless((failing) => `${failing} of ${edge.units} instruments fail`, edge.failing),
    ...unless((hours) => `outbox holds ${hours} h`, edge.outbox_hours),
    ...unless((free) => `disk ${free} MB free`, edge.disk_free_mb),
    ...unless((degrees) => `${degrees} °C`, edge.temperature),
    ...(edge.clock_trusted === false ? ['clock not trusted'] : []),
  ].join('  ');

/** One edge with its lines, its failing instruments and what may be written. */
export async function showHealth(call: ApiCall, name: string, { say }: Pick<OrdersIo, 'say'>): Promise<void> {
  const edge = await call(edgeDetailSchema, `edges/${name}`);
  say(healthLine(edge));
  for (const { id, busy, units } of edge.lines) {
    say(`  line ${id}: ${Math.round(busy * 100)} % busy, ${units.length} instruments`);
    for (const { instrument, error } of units) if (error !== null) say(`    ${instrument}: ${error}`);
  }
  for (const { station, instruments } of edge.instruments)
    for (const { id, writes } of instruments)
      for (const { name: write, allowed, dangerous, note } of writes) {
        const values = 'values' in allowed ? allowed.values.join(', ') : `${allowed.min} to ${allowed.max}`;
        say(`  ${station} ${id} ${write}: ${values}${dangerous ? ', two persons' : ''}. ${note}`);
      }
}

/** Root of the API at an address, or where the settings say that the gateway listens. */
export const apiRoot = (url: string | undefined, sources: SettingsSources): string =>
  `${(url ?? addressOf(loadSettings(gatewaySettingsSchema, sources).http)).replace(/\/$/, '')}/api/v1/`;

/** What a person does who logs in for this alone: a token is no person. */
export async function asPerson<T>(
  base: string,
  { user, password }: { user: string; password: string },
  work: (call: ApiCall) => Promise<T>,
): Promise<T> {
  const send = (path: string, headers: Record<string, string>, body?: object): Promise<Response> =>
    fetch(base + path, {
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    }).catch((cause: unknown) => {
      throw new UserFault(`the gateway does not answer at ${base}`, { cause });
    });
  const login = await send('login', {}, { name: user, password });
  if (!login.ok) throw new UserFault(await faultOf(login));
  const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
  const call: ApiCall = async (schema, path, body) => {
    const response = await send(path, { cookie }, body);
    if (!response.ok) throw new UserFault(await faultOf(response));
    return schema.parse(await response.json());
  };
  try {
    return await work(call);
  } finally {
    await send('logout', { cookie }, {});
  }
}

/** As the second person. */
export const approve = (
  base: string,
  { edge, id, ...person }: { edge: string; id: string; user: string; password: string },
  io: OrdersIo,
): Promise<boolean> =>
  asPerson(base, person, async (call) =>
    follow(call, await call(commandRecordSchema, `edges/${edge}/commands/${id}/approve`, {}), io),
  );

const faultOf = async (response: Response): Promise<string> => {
  const { detail } = (await response.json().catch(() => ({}))) as { detail?: string };
  return `${response.status}: ${detail ?? response.statusText}`;
};
