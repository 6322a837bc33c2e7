import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { AlertAnswer } from '../../../devices/wire/api.ts';
import { alert, NOW } from '../samples.ts';
import { type Asked, alone, deliver } from './deliver.ts';
import type { Queued } from './queue.ts';

let items: Queued[];
let standing: Map<string, AlertAnswer>;
let posts: [string, unknown][];
/** What is answered instead of the alert's own. */
let instead: Asked | null;
let user: string;
/** What the session is answered with instead. */
let stranger: Asked | null;
let forgotten: string[];

const queued = (id: number, changes: Partial<Queued> = {}): Queued => ({
  id,
  user: 'minh',
  alert: String(id),
  what: `Alert ${id}`,
  at: NOW - 1000,
  seen: { level: 'warning' },
  ...changes,
});

async function ask(path: string, body?: unknown): Promise<Asked> {
  if (path === '/session')
    return stranger ?? { kind: 'answer', body: { name: user, role: 'operator', areas: null } };
  if (instead !== null) return instead;
  const [, , id = '', action] = path.split('/');
  const found = standing.get(id);
  if (found === undefined) return { kind: 'problem', status: 404, detail: `there is no alert ${id}` };
  if (action === undefined) return { kind: 'answer', body: found };
  posts.push([path, body]);
  const taken = { ...found, acknowledged_by: user, acknowledged_at: NOW };
  standing.set(id, taken);
  return { kind: 'answer', body: taken };
}

const parts = {
  ask,
  read: async () => items,
  write: async (item: Queued) => {
    items = items.map((one) => (one.id === item.id ? item : one));
  },
  forgetOthers: async (name: string) => {
    forgotten.push(name);
    items = items.filter((one) => one.user === name);
  },
  now: () => NOW,
};

beforeEach(() => {
  items = [queued(1, { note: 'Đang đến' }), queued(2)];
  standing = new Map(['1', '2'].map((id) => [id, alert(id)]));
  posts = [];
  instead = null;
  user = 'minh';
  stranger = null;
  forgotten = [];
});

afterEach(() => vi.unstubAllGlobals());

test('each is sent once, with its note, and what became of it stays', async () => {
  expect(await deliver(parts)).toBe('done');
  expect(await deliver(parts)).toBe('done');
  expect(posts).toEqual([
    ['/alerts/1/acknowledge', { note: 'Đang đến' }],
    ['/alerts/2/acknowledge', {}],
  ]);
  expect(items.map(({ outcome }) => outcome?.kind)).toEqual(['done', 'done']);
});

test('without an answer it waits on', async () => {
  instead = { kind: 'away' };
  expect(await deliver(parts)).toBe('away');
  expect(items.map(({ outcome }) => outcome)).toEqual([undefined, undefined]);
});

test('a refusal ends one and holds up no other', async () => {
  standing.delete('1');
  expect(await deliver(parts)).toBe('done');
  expect(items.map(({ outcome }) => outcome?.kind)).toEqual(['refused', 'done']);
});

test('nobody sends for another: what a former user pressed is dropped and counted, the own is sent', async () => {
  user = 'lan';
  items.push(queued(2, { user: 'lan' }));
  expect(await deliver(parts)).toBe('done');
  expect(posts).toEqual([['/alerts/2/acknowledge', {}]]);
  expect(forgotten).toEqual(['lan']);
});

test('only a session that has ended waits for a login: what a proxy forbids may pass', async () => {
  stranger = { kind: 'problem', status: 403, detail: 'not from here' };
  expect(await deliver(parts)).toBe('away');
  stranger = { kind: 'problem', status: 401, detail: 'log in first' };
  expect(await deliver(parts)).toBe('out');
  expect([posts, forgotten]).toEqual([[], []]);
});

test('over plain HTTP browsers have no locks: one work follows the other, also after one that failed', async () => {
  vi.stubGlobal('navigator', {});
  const steps: string[] = [];
  const work = (name: string, fails: boolean) => async (): Promise<string> => {
    steps.push(`${name} begins`);
    await Promise.resolve();
    steps.push(`${name} ends`);
    if (fails) throw new Error(name);
    return name;
  };
  const all = await Promise.allSettled([alone(work('one', true)), alone(work('two', false))]);
  expect(all.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  expect(steps).toEqual(['one begins', 'one ends', 'two begins', 'two ends']);
});

test('a session that has ended is told, and nothing is marked', async () => {
  instead = { kind: 'problem', status: 401, detail: 'log in first' };
  expect(await deliver(parts)).toBe('out');
  expect(items.every(({ outcome }) => outcome === undefined)).toBe(true);
});
