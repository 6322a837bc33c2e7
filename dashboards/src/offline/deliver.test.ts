import { beforeEach, expect, test } from 'vitest';
import type { AlertAnswer } from '../../../devices/wire/api.ts';
import { alert, NOW } from '../samples.ts';
import { type Asked, deliver } from './deliver.ts';
import type { Queued } from './queue.ts';

let items: Queued[];
let standing: Map<string, AlertAnswer>;
let posts: [string, unknown][];
/** What is answered instead of the alert's own. */
let instead: Asked | null;
let user: string;

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
  if (path === '/session') return { kind: 'answer', body: { name: user, role: 'operator', areas: null } };
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
  remove: async (id: number) => {
    items = items.filter((one) => one.id !== id);
  },
  now: () => NOW,
};

beforeEach(() => {
  items = [queued(1, { note: 'Đang đến' }), queued(2)];
  standing = new Map(['1', '2'].map((id) => [id, alert(id)]));
  posts = [];
  instead = null;
  user = 'minh';
});

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

test('nobody sends for another: what a former user pressed is dropped', async () => {
  user = 'lan';
  expect(await deliver(parts)).toBe('done');
  expect([posts, items]).toEqual([[], []]);
});

test('a session that has ended is told, and nothing is marked', async () => {
  instead = { kind: 'problem', status: 401, detail: 'log in first' };
  expect(await deliver(parts)).toBe('out');
  expect(items.every(({ outcome }) => outcome === undefined)).toBe(true);
});
