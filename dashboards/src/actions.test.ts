import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Session } from '../../devices/wire/api.ts';
import { acknowledge, askSession, followSession, login, logout } from './actions.ts';
import { recallArea, rememberArea } from './last-area.ts';
import { fakeDatabase } from './offline/fake-database.ts';
import { readDropped, readPicture, readQueue, writePicture } from './offline/kept.ts';
import { pictureOf } from './offline/picture.ts';
import { dropped, held, queue } from './offline/waiting.ts';
import { alert, NOW, station } from './samples.ts';
import { access, alerts, clearState, link, overtake, stations } from './state.ts';

const as = (name: string): Session => ({ name, role: 'operator', areas: null });
let answer: (path: string) => Promise<Response>;
const problem = (status: number): Response => Response.json({ detail: 'no' }, { status });

beforeEach(() => {
  vi.stubGlobal('indexedDB', fakeDatabase());
  vi.stubGlobal('window', new EventTarget());
  clearState();
  queue.value = [];
  held.value = 0;
  access.value = { kind: 'in', session: as('minh') };
  alerts.value = new Map([['1', alert('1')]]);
  vi.stubGlobal('fetch', (path: string) => answer(path));
});
afterEach(() => {
  clearState();
  access.value = { kind: 'asking' };
  vi.unstubAllGlobals();
});

const keepPicture = (): Promise<void> =>
  writePicture(() =>
    pictureOf({
      session: as('minh'),
      heardAt: NOW,
      stations: [],
      alerts: [alert('1')],
      readingsOf: () => [],
    }),
  );

test('an acknowledgement is kept from the press on, with its time, until its answer is there', async () => {
  const { promise, resolve } = Promise.withResolvers<Response>();
  const asked = Promise.withResolvers<void>();
  answer = () => {
    asked.resolve();
    return promise;
  };
  const before = Date.now();
  const taken = acknowledge(alert('1'), 'Đang đến');
  await asked.promise;
  const [item, ...others] = await readQueue();
  expect(item).toMatchObject({ user: 'minh', alert: '1', note: 'Đang đến' });
  expect(item?.at).toBeGreaterThanOrEqual(before);
  expect(others).toEqual([]);
  resolve(Response.json(alert('1', { state: 'acknowledged', acknowledged_by: 'minh' })));
  expect(await taken).toEqual({ kind: 'done' });
  expect(await readQueue()).toEqual([]);
  expect(alerts.value.get('1')?.acknowledged_by).toBe('minh');
});

test('without an answer it waits; a refusal is told and nothing waits', async () => {
  answer = async () => problem(409);
  expect(await acknowledge(alert('1'))).toEqual({ kind: 'alreadyCleared' });
  answer = async () => problem(500);
  expect(await acknowledge(alert('1'))).toEqual({ kind: 'failed', detail: 'no' });
  expect(await readQueue()).toEqual([]);
  answer = async () => {
    throw new TypeError('network error');
  };
  expect(await acknowledge(alert('1'))).toEqual({ kind: 'later' });
  expect(queue.value.map((item) => item.alert)).toEqual(['1']);
});

test('a browser that keeps nothing just sends it, and one of plain HTTP without locks as well', async () => {
  vi.stubGlobal('navigator', {});
  answer = async () => Response.json(alert('1', { acknowledged_by: 'minh' }));
  expect(await acknowledge(alert('1'))).toEqual({ kind: 'done' });
  vi.stubGlobal('indexedDB', undefined);
  expect(await acknowledge(alert('1'))).toEqual({ kind: 'done' });
  answer = async () => {
    throw new TypeError('network error');
  };
  expect(await acknowledge(alert('1'))).toEqual({ kind: 'away' });
});

test('a session that runs out hides all, and keeps what was pressed for the next login', async () => {
  await keepPicture();
  answer = async () => problem(401);
  expect(await acknowledge(alert('1'))).toEqual({ kind: 'later' });
  expect([access.value.kind, alerts.value.size, queue.value]).toEqual(['out', 0, []]);
  await vi.waitFor(() => expect(held.value).toBe(1));
  expect(await readPicture()).toBeNull();
  answer = async () => Response.json(as('minh'));
  expect(await login('minh', 'x')).toEqual({ kind: 'done' });
  await vi.waitFor(() => expect(queue.value.map(({ user }) => user)).toEqual(['minh']));
  expect([held.value, await readDropped()]).toEqual([0, []]);
});

test('another who logs in gets nothing of it, and is told how many of whom are dropped', async () => {
  await keepPicture();
  answer = async () => problem(401);
  await acknowledge(alert('1'));
  await acknowledge(alert('2'));
  access.value = { kind: 'in', session: as('minh') };
  await acknowledge(alert('2'));
  answer = async () => Response.json(as('lan'));
  await login('lan', 'x');
  await vi.waitFor(() => expect(dropped.value).toEqual([{ user: 'minh', count: 2 }]));
  expect([await readQueue(), await readPicture(), queue.value]).toEqual([[], null, []]);
});

test('who logs out himself leaves nothing', async () => {
  const storage = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => storage.get(key) ?? null,
    setItem: (key: string, value: string) => storage.set(key, value),
  });
  rememberArea('Hòa Vang');
  await keepPicture();
  answer = async () => problem(401);
  access.value = { kind: 'in', session: as('minh') };
  await acknowledge(alert('1'));
  expect(recallArea()).toBe('Hòa Vang');
  await logout();
  await vi.waitFor(async () => expect([await readQueue(), await readPicture()]).toEqual([[], null]));
  expect([await readDropped(), recallArea()]).toEqual([[], '']);
});

test('when the stream was lost and is back it is asked who is there; another person begins anew', async () => {
  let asked = 0;
  answer = async () => {
    asked += 1;
    return Response.json(as('lan'));
  };
  await keepPicture();
  const stop = followSession();
  stations.value = new Map([['ho-1', station('ho-1')]]);
  link.value = 'live';
  expect(asked).toBe(0);
  link.value = 'lost';
  link.value = 'live';
  await vi.waitFor(() => expect(access.value).toEqual({ kind: 'in', session: as('lan') }));
  expect([asked, stations.value.size, alerts.value.size]).toEqual([1, 0, 0]);
  await vi.waitFor(async () => expect(await readPicture()).toBeNull());
  stop();
});

test('who is in stays in while the gateway is away', async () => {
  answer = async () => problem(502);
  await askSession();
  expect(access.value).toEqual({ kind: 'in', session: as('minh') });
});

test('an answer that the stream has overtaken does not bring a cleared alert back', async () => {
  answer = async () => {
    await Promise.resolve();
    alerts.value = new Map();
    overtake((id) => id === '1');
    return Response.json(
      alert('1', { state: 'acknowledged', acknowledged_by: 'minh', acknowledged_at: NOW }),
    );
  };
  expect(await acknowledge(alert('1'))).toEqual({ kind: 'done' });
  expect(alerts.value.size).toBe(0);
});
