import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { access } from '../state.ts';
import { followPush, startPush } from './push.ts';

let storage: Map<string, string>;
let subscribed: boolean;

const subscription = {
  toJSON: () => ({ endpoint: 'https://push.example/1' }),
  unsubscribe: async () => {
    subscribed = false;
    return true;
  },
};
const registration = {
  pushManager: {
    getSubscription: async () => (subscribed ? subscription : null),
    subscribe: async () => {
      subscribed = true;
      return subscription;
    },
  },
  getNotifications: async () => [],
};
const enter = (name: string): void => {
  access.value = { kind: 'in', session: { name, role: 'operator', areas: null } };
};

beforeEach(() => {
  storage = new Map();
  subscribed = false;
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => storage.get(key) ?? null,
    setItem: (key: string, value: string) => storage.set(key, value),
  });
  vi.stubGlobal('PushManager', class {});
  vi.stubGlobal('Notification', { permission: 'granted', requestPermission: async () => 'granted' });
  vi.stubGlobal('navigator', { serviceWorker: { getRegistration: async () => registration } });
  vi.stubGlobal('fetch', async () => Response.json({ key: 'BAAA' }));
});
afterEach(() => {
  access.value = { kind: 'out' };
  vi.unstubAllGlobals();
});

test('push is of whoever asked for it: another login ends it, his own begins it again, and his name is written nowhere', async () => {
  enter('minh');
  await startPush();
  expect(subscribed).toBe(true);
  expect([...storage.values()].join()).not.toContain('minh');
  const stop = followPush();
  enter('lan');
  await vi.waitFor(() => expect(subscribed).toBe(false));
  enter('minh');
  await vi.waitFor(() => expect(subscribed).toBe(true));
  stop();
});
