/** A running gateway with two areas, people of every role, and what is of the one area marked so that it is found anywhere. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import type { Role, Session } from '../../devices/wire/api.ts';
import { topics } from '../../devices/wire/topics.ts';
import { type Accounts, createAccounts } from '../../gateway/accounts.ts';
import { addDevice, addToken, addUser } from '../../gateway/admin.ts';
import { openLedger } from '../../gateway/ledger.ts';
import { startGateway } from '../../gateway/main.ts';
import { testStation } from '../support/station.ts';

/** In every text of the station that is not to be seen, and a part of its id. */
export const MARK = 'bimat';
/** Its reading, and that of no other. */
export const MARKED_VALUE = 4242.4242;
export const HIDDEN = `tram-${MARK}`;
export const SEEN = 'tram-thay';
export const SEEN_AREA = 'Hòa Vang';

/** Who calls: nobody, or somebody by cookie or token. */
export interface Caller {
  readonly label: string;
  readonly session: Session | null;
  readonly proof: 'session' | 'token';
  headers(): Record<string, string>;
  /** Logs in again: some calls end the session that they came with. */
  renew(): void;
}

const marked = (text: string) => ({ vi: `${text} ${MARK}`, en: `${text} ${MARK}` });
const station = (id: string, area: string, name: string, parameter: 'ph' | 'ammonium') =>
  testStation({
    id,
    kind: 'water',
    area: { vi: area, en: area },
    name: { vi: name, en: name },
    parameters: [{ id: parameter as 'ph', period_s: 10, instrument: `probe-${id}` }],
    ...(id === HIDDEN && { origin: marked('từ') }),
  });

export async function startRig() {
  const flags = {
    data_dir: mkdtempSync(join(tmpdir(), 'quantrac-access-')),
    'http.port': 0,
    'mqtt.port': 0,
    log_level: 'silent',
  };
  const ledger = openLedger(flags.data_dir);
  const accounts = createAccounts(ledger, Date.now);
  const password = await addDevice(accounts, 'edge-thay', 'edge');
  const hiddenPassword = await addDevice(accounts, `edge-${MARK}`, 'edge');
  const gateway = await startGateway({ flags });
  const base = `http://127.0.0.1:${gateway.ready.httpPort}`;

  const connectEdge = async (
    edge: string,
    secret: string,
    own: ReturnType<typeof station>,
    value: number,
  ) => {
    const client = await connectAsync(`mqtt://127.0.0.1:${gateway.ready.mqttPort}`, {
      ...{ username: edge, password: secret, clientId: edge, reconnectPeriod: 0 },
    });
    const send = (topic: string, body: unknown) =>
      client.publishAsync(topic, JSON.stringify(body), { qos: 1 });
    const parameter = own.parameters[0]?.id ?? 'ph';
    const read = (next: number) =>
      send(topics.readings(edge, own.id), [{ n: `urn:quantrac:${own.id}:${parameter}`, v: next }]);
    await send(topics.inventory(edge), { stations: [own] });
    await send(topics.status(edge), { online: true });
    await read(value);
    await send(topics.alarms(edge, own.id), {
      ...{ station: own.id, parameter, limit: `cao-${own.id.slice(5)}`, state: 'raised', level: 'warning' },
      ...{ at: Date.now(), value, threshold: 1 },
    });
    // Goes into quarantine, with what it says.
    await send(topics.readings(edge, own.id), [
      { n: `urn:quantrac:${own.id}:nothing_${own.id.slice(5)}`, v: value },
    ]);
    return { read, end: () => client.endAsync(true) };
  };
  const hidden = await connectEdge(
    ...([`edge-${MARK}`, hiddenPassword] as const),
    station(HIDDEN, `Cẩm Lệ ${MARK}`, `Trạm ${MARK}`, 'ammonium'),
    MARKED_VALUE,
  );
  const seen = await connectEdge('edge-thay', password, station(SEEN, SEEN_AREA, 'Trạm thấy', 'ph'), 7.25);

  return {
    ...{ gateway, base, accounts, hidden, seen },
    async stop() {
      await hidden.end();
      await seen.end();
      await gateway.stop();
      ledger.close();
    },
  };
}

export const NOBODY: Caller = {
  label: 'nobody',
  session: null,
  proof: 'session',
  headers: () => ({}),
  renew: () => {},
};

/** A person by cookie, and the same by token where a token is asked for. */
export async function person(
  accounts: Accounts,
  role: Role,
  areas: readonly string[] | null,
  proof: Caller['proof'],
): Promise<Caller> {
  const name = `${role}-${areas === null ? 'all' : 'area'}-${proof}`;
  await addUser(accounts, name, role, areas);
  const credential = (): Record<string, string> =>
    proof === 'token'
      ? { authorization: `Bearer ${addToken(accounts, name, 1)}` }
      : { cookie: `quantrac_session=${accounts.startSession(name, '127.0.0.1', null)}` };
  let headers = credential();
  return {
    label: name,
    session: { name, role, areas: areas === null ? null : [...areas] },
    proof,
    headers: () => headers,
    renew() {
      headers = credential();
    },
  };
}
