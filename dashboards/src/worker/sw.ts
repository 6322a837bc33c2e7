/**
 * The service worker: the files of the screens without network, push messages, and acknowledgements that are sent when the network
 * is back. It keeps files of the build only, never an answer of the API. vite.config.ts builds it into `sw.js`, with their list.
 */
import { alone, askGateway, deliver } from '../offline/deliver.ts';
import { forgetOthers, readQueue, writeQueued } from '../offline/kept.ts';
import type { WorkerScope } from './scope.ts';
import { cacheName, createShell, isShellCache, keyOf, type ShellFile } from './shell.ts';
import { toldBy } from './told.ts';

/** Put in by the build. */
declare const SHELL_FILES: readonly ShellFile[];
declare const SHELL_VERSION: string;

const worker = globalThis as unknown as WorkerScope;
const own = cacheName(SHELL_VERSION);
const keyFor = createShell(SHELL_FILES, worker.location.origin);

async function keepShell(): Promise<void> {
  const cache = await caches.open(own);
  const missing = await Promise.all(
    SHELL_FILES.map(async (file) => {
      const key = keyOf(file);
      const before = await caches.match(key);
      if (before) await cache.put(key, before);
      return before ? [] : [file];
    }),
  );
  // One after the other: on a slow line the page that is being read comes first.
  for (const file of missing.flat()) {
    const response = await fetch(file[0], { cache: 'no-cache' });
    if (!response.ok) throw new Error(`${file[0]}: ${response.status}`);
    await cache.put(keyOf(file), response);
  }
}

async function dropOthers(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => isShellCache(name) && name !== own).map((name) => caches.delete(name)),
  );
  await worker.clients.claim();
}

// A new version waits until a person takes it over: files of two versions never meet in one page.
worker.addEventListener('install', (event) => event.waitUntil(keepShell()));
worker.addEventListener('activate', (event) => event.waitUntil(dropOthers()));
worker.addEventListener('message', ({ data }) => {
  if (data === 'take over') void worker.skipWaiting();
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const key = keyFor(request);
  if (key === null) return;
  // What the browser has thrown away is fetched again.
  event.respondWith(caches.match(key, { cacheName: own }).then((kept) => kept ?? fetch(request)));
});

worker.addEventListener('push', (event) => {
  const { title, options } = toldBy(event.data?.text() ?? null);
  event.waitUntil(worker.registration.showNotification(title, options));
});

worker.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const { hash } = event.notification.data as { hash: string };
  event.waitUntil(show(hash));
});

async function show(hash: string): Promise<void> {
  const windows = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const chosen = windows.find(({ visibilityState }) => visibilityState === 'visible') ?? windows[0];
  if (chosen === undefined) {
    await worker.clients.openWindow(`/${hash}`);
    return;
  }
  chosen.postMessage({ open: hash });
  await chosen.focus();
}

/** The browser has changed the address under which it is reached. */
worker.addEventListener('pushsubscriptionchange', (event) => {
  const { oldSubscription } = event;
  if (oldSubscription === null) return;
  const renew = async (): Promise<void> => {
    const { applicationServerKey } = oldSubscription.options;
    const fresh = await worker.registration.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey,
    });
    await askGateway('/push/subscriptions', fresh.toJSON());
  };
  event.waitUntil(renew());
});

worker.addEventListener('sync', (event) => {
  const send = async (): Promise<void> => {
    const end = await alone(() =>
      deliver({ ask: askGateway, read: readQueue, write: writeQueued, forgetOthers, now: Date.now }),
    );
    new BroadcastChannel('quantrac-queue').postMessage('changed');
    // The browser tries again, with growing pauses.
    if (end === 'away') throw new Error('the gateway cannot be reached');
  };
  event.waitUntil(send());
});
