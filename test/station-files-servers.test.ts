/** Station files by the delivery of the gateway to real servers: outages, order, whole files only, and who is refused. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FLAG, type Flag } from '../devices/quality.ts';
import { type Delivery, startDelivery } from '../gateway/ioc/delivery.ts';
import { stationFiles } from '../gateway/ioc/destinations/station-files.ts';
import { fileTime } from '../gateway/ioc/station-files/format.ts';
import { type Ledger, openLedger } from '../gateway/ledger.ts';
import { gatewaySettingsSchema } from '../gateway/settings.ts';
import { openStore } from '../gateway/store/open.ts';
import type { Store, StoredReading } from '../gateway/store/store.ts';
import {
  certificates,
  type FileServer,
  ftpServer,
  hasPyftpdlib,
  PASSWORD,
  type SftpServer,
  sftpServer,
  USER,
} from './support/file-servers.ts';
import { hasProgram } from './support/programs.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const T0 = Date.parse('2026-03-05T00:00:00+07:00');
const CYCLE_MS = 300_000;
const log = pino({ level: 'silent' });

let folder = '';
let ledger: Ledger;
let store: Store;
let now = T0;
let delivery: Delivery | null = null;
const servers: FileServer[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'quantrac-station-files-'));
  now = T0;
  ledger = openLedger(folder);
  store = await openStore(
    gatewaySettingsSchema.parse({
      data_dir: folder,
      store: { keep: { raw_days: 36_500, minute_days: 36_500 } },
    }).store,
    folder,
    log,
  );
});

afterEach(async () => {
  await delivery?.stop();
  delivery = null;
  for (const server of servers.splice(0)) await server.stop();
  await store.close();
  ledger.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Of the cycle that ends `cycles` after midnight. */
const reading = (
  station: string,
  cycles: number,
  value: number | null,
  flag: Flag = FLAG.good,
  reason: string | null = null,
): StoredReading => {
  const at = T0 + cycles * CYCLE_MS - 60_000;
  return { station, parameter: 'pm2_5', at, value, flag, reason, receivedAt: at };
};

const name = (station: string, cycles: number) => `${station}_${fileTime(T0 + cycles * CYCLE_MS)}.txt`;

const common = {
  since: '2026-03-05',
  delay_s: 0,
  name: '{station}_{time}.txt',
  stations: [
    { id: 'kk01', station: 'KK01' },
    { id: 'kk02', station: 'KK02' },
  ],
  parameters: { pm2_5: { unit: 'ug/Nm3' } },
};

const openOf = (target: object) =>
  stationFiles.open(stationFiles.settings.parse({ ...common, ...target }), {
    id: 'sở',
    parts: { store, ledger },
    now: () => now,
    log,
  });

function start(target: object): Delivery {
  delivery = startDelivery({
    ledger,
    log,
    now: () => now,
    random: () => 0,
    destinations: [{ id: 'so-nnmt', type: 'station-files', open: openOf(target) }],
  });
  return delivery;
}

const state = () => delivery?.states()[0];
const sentUpTo = (cycles: number) =>
  vi.waitFor(() => expect(state()?.delivered).toBe((T0 + cycles * CYCLE_MS) / 1000), { timeout: 20_000 });
/** Looks now instead of when the clock of this machine says so. */
async function again(target: object): Promise<void> {
  await delivery?.stop();
  start(target);
}

const KINDS = [
  {
    kind: 'ftp',
    present: hasPyftpdlib,
    open: async () => {
      const server = await ftpServer();
      const target = {
        to: 'ftp',
        host: '127.0.0.1',
        port: server.port,
        user: USER,
        password: PASSWORD,
        folder: '/',
      };
      return { server, target };
    },
  },
  {
    kind: 'ftps',
    present: () => hasPyftpdlib() && hasProgram('openssl'),
    open: async () => {
      const { ca, pem } = certificates();
      const server = await ftpServer(pem);
      const target = {
        ...{ to: 'ftps', host: '127.0.0.1', port: server.port, user: USER, password: PASSWORD, folder: '/' },
        ca,
      };
      return { server, target };
    },
  },
  {
    kind: 'sftp',
    present: () => hasProgram('/usr/sbin/sshd') && hasProgram('ssh-keygen'),
    open: async () => {
      const server = await sftpServer();
      const { port, user, root, keyFile, hostKey } = server;
      const target = {
        ...{ to: 'sftp', host: '127.0.0.1', port, user, folder: root },
        ...{ private_key: { file: keyFile }, host_key: hostKey },
      };
      return { server, target };
    },
  },
];

describe.each(KINDS)('$kind', ({ present, open }) => {
  const here = present();

  test.skipIf(!here)(
    'an outage of the server: nothing is lost, the oldest is first, and no half file has a final name',
    async () => {
      const { server, target } = await open();
      servers.push(server);
      await store.append([1, 2, 3, 4, 5].flatMap((n) => [reading('kk01', n, n), reading('kk02', n, 10 * n)]));
      await server.start();
      now = T0 + 2 * CYCLE_MS;
      start(target);
      await sentUpTo(2);
      await server.stop();

      now = T0 + 5 * CYCLE_MS;
      await again(target);
      await vi.waitFor(() => expect(state()).toMatchObject({ status: 'failing', behind: 3 }));
      await server.start();
      delivery?.get('so-nnmt')?.resume();
      await sentUpTo(5);

      const wanted = [1, 2, 3, 4, 5].flatMap((n) => [name('KK01', n), name('KK02', n)]);
      const renamed = () => server.events.filter(({ kind }) => kind === 'rename').map((event) => event.name);
      // The server's log may come a moment after its answer.
      await vi.waitFor(() => expect(renamed()).toHaveLength(wanted.length));
      expect(renamed()).toEqual(wanted);
      expect(server.events.filter(({ kind }) => kind === 'write').map((event) => event.name)).toEqual(
        wanted.map((file) => `${file}.part`),
      );
      expect(readdirSync(server.root).sort()).toEqual(wanted.toSorted());
      expect(readFileSync(join(server.root, name('KK02', 4)), 'utf8')).toBe(
        `PM2,5\t40.0\tug/Nm3\t${fileTime(T0 + 4 * CYCLE_MS)}\t00\r\n`,
      );
    },
  );

  test.skipIf(!here)(
    'its test says what was done, a file that is there is replaced, nothing else stays',
    async () => {
      const { server, target } = await open();
      servers.push(server);
      await server.start();
      const destination = openOf(target);
      const signal = AbortSignal.timeout(30_000);
      expect(await destination.test(signal)).toMatch(/logged in, wrote .* and removed it$/);
      expect(readdirSync(server.root)).toEqual([]);
      await store.append([reading('kk01', 1, 7)]);
      const cycle = { number: (T0 + CYCLE_MS) / 1000 };
      await destination.send(cycle, signal);
      await openOf(target).send(cycle, signal);
      expect(readdirSync(server.root)).toEqual([name('KK01', 1)]);
      await server.stop();
      await expect(destination.test(signal)).rejects.toThrow(/nobody listens/);
      await expect(openOf({ ...target, folder: '/no-such' }).test(signal)).rejects.toThrow();
    },
  );
});

const refusal = async (target: object) => {
  try {
    await openOf(target).test(AbortSignal.timeout(30_000));
  } catch (error) {
    return (error as Error).message;
  }
  return 'was let in';
};

test.skipIf(!hasPyftpdlib() || !hasProgram('openssl'))(
  'FTP: a wrong password, folder, certificate or none at all',
  async () => {
    const { ca, pem } = certificates();
    const secure = await ftpServer(pem);
    const plain = await ftpServer();
    servers.push(secure, plain);
    await secure.start();
    await plain.start();
    const login = { host: '127.0.0.1', user: USER, password: PASSWORD, folder: '/' };
    const ftps = { ...login, to: 'ftps', port: secure.port };
    const wrong = await refusal({ ...ftps, ca, password: 'wrong-one' });
    expect(wrong).toMatch(/530/);
    expect(wrong).not.toContain('wrong-one');
    expect(await refusal({ ...ftps, ca, folder: '/no-such' })).toMatch(/550/);
    expect(await refusal(ftps)).toMatch(/certificate/);
    expect(await refusal({ ...ftps, ca: certificates().ca })).toMatch(/certificate/);
    expect(await refusal({ ...ftps, ca, host: 'localhost' })).toMatch(/for another name/);
    // A server without TLS gets no password of ours.
    expect(await refusal({ ...login, to: 'ftps', port: plain.port, ca })).toMatch(/50\d|TLS/);
  },
);

test.skipIf(!hasProgram('/usr/sbin/sshd') || !hasProgram('ssh-keygen'))(
  'SFTP: a wrong host key, key or folder',
  async () => {
    const [server, other]: [SftpServer, SftpServer] = [await sftpServer(), await sftpServer()];
    servers.push(server);
    await server.start();
    const { port, user, root, keyFile, hostKey } = server;
    const sftp = {
      ...{ to: 'sftp', host: '127.0.0.1', port, user, folder: root },
      ...{ private_key: { file: keyFile }, host_key: hostKey },
    };
    expect(await refusal(sftp)).toBe('was let in');
    expect(await refusal({ ...sftp, host_key: other.hostKey })).toContain(
      `its host key is ${hostKey}, "host_key" says ${other.hostKey}`,
    );
    expect(await refusal({ ...sftp, private_key: { file: other.keyFile } })).toMatch(
      /authentication methods failed/,
    );
    expect(await refusal({ ...sftp, folder: `${root}/no-such` })).toMatch(/[Nn]o such file/);
  },
);

test('a folder: what comes late is sent after the present, the oldest first; what is half there waits', async () => {
  const target = { to: 'folder', folder: join(folder, 'out') };
  const destination = openOf(target);
  const signal = AbortSignal.timeout(30_000);
  await expect(destination.test(signal)).rejects.toThrow(/cannot be written to \(ENOENT\)/);
  mkdirSync(target.folder);
  expect(await destination.test(signal)).toContain('removed it');
  const send = (to: typeof destination, n: number) => {
    now = T0 + n * CYCLE_MS;
    return to.send({ number: now / 1000 }, signal);
  };
  const arrive = async (to: typeof destination, readings: StoredReading[]) => {
    await store.append(readings);
    to.stored?.(readings);
  };
  const files = () => readdirSync(target.folder).sort();

  await arrive(destination, [reading('kk01', 1, 1), reading('kk01', 2, 2), reading('kk01', 3, 3)]);
  for (const n of [1, 2, 3]) await send(destination, n);
  expect(files()).toEqual([1, 2, 3].map((n) => name('KK01', n)));
  // The backlog of kk02 has come to the second cycle, perhaps not to its end.
  await arrive(destination, [reading('kk02', 1, 10), { ...reading('kk02', 2, 18), at: T0 + CYCLE_MS }]);
  await send(destination, 4);
  expect(files()).toContain(name('KK02', 1));
  expect(files()).not.toContain(name('KK02', 2));
  await arrive(destination, [reading('kk02', 2, 22), reading('kk02', 3, 30)]);
  // A restart of the gateway forgets no gap.
  const restarted = openOf(target);
  await send(restarted, 5);
  await send(restarted, 6);
  expect(files()).toEqual([
    ...[1, 2, 3].map((n) => name('KK01', n)),
    ...[1, 2, 3].map((n) => name('KK02', n)),
  ]);
  expect(readFileSync(join(target.folder, name('KK02', 2)), 'utf8')).toContain('20.0');
  // Nobody is told again of what was sent.
  rmSync(join(target.folder, name('KK02', 1)));
  await send(restarted, 7);
  expect(existsSync(join(target.folder, name('KK02', 1)))).toBe(false);
});

// Sooner than the 20 s after which a silent connection is given up anyway.
test('a server that says nothing is cut off when the delivery says so', async () => {
  for (const to of ['ftp', 'sftp'] as const) {
    const silent = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as { port: number };
    const target = { to, host: '127.0.0.1', port, user: 'kk', password: PASSWORD };
    const destination = openOf(to === 'sftp' ? { ...target, host_key: `SHA256:${'A'.repeat(43)}` } : target);
    const cut = new AbortController();
    silent.once('connection', () => setImmediate(() => cut.abort(new Error('it took too long'))));
    await expect(destination.test(cut.signal)).rejects.toThrow(/it took too long/);
    silent.close();
  }
}, 15_000);
