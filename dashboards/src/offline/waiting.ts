/** The acknowledgements that are not through yet, as the page shows them; sent when the network is back. */
import { effect, signal } from '@preact/signals';
import type { AlertAnswer } from '../../../devices/wire/api.ts';
import { currentTime } from '../clock.ts';
import { access, link } from '../state.ts';
import { alone, askGateway, type Delivered, deliver } from './deliver.ts';
import {
  clearDropped,
  type Dropped,
  enqueue,
  forgetOthers,
  readDropped,
  readQueue,
  removeQueued,
  writeQueued,
} from './kept.ts';
import { isWaiting, type Queued, seenOf } from './queue.ts';

/** Of the person who is logged in, oldest first. */
export const queue = signal<readonly Queued[]>([]);
/** How many wait for the next login of whoever pressed them; nobody's name, so that the login page may say it. */
export const held = signal(0);
/** What will not be sent, since another has logged in. */
export const dropped = signal<readonly Dropped[]>([]);

export const waitingFor = (alert: string): Queued | undefined =>
  queue.value.find((item) => item.alert === alert && isWaiting(item));

const NEWS = 'quantrac-queue';
export const SYNC_TAG = 'quantrac-queue';
/** Tells the other tabs and the page that the queue has changed; absent where there is no browser. */
const channel = globalThis.window === undefined ? null : new BroadcastChannel(NEWS);

/** Looks again at what is kept. */
export async function reread(): Promise<void> {
  const user = access.value.kind === 'in' ? access.value.session.name : null;
  const all = await readQueue().catch(() => []);
  queue.value = all.filter((item) => item.user === user);
  held.value = all.filter((item) => item.user !== user && isWaiting(item)).length;
  dropped.value = await readDropped().catch(() => []);
}

async function changed(): Promise<void> {
  await reread();
  channel?.postMessage('changed');
}

/** Keeps an acknowledgement that is pressed now. Answers its id, or null when this browser keeps nothing more. */
async function keep(alert: AlertAnswer, what: string, note: string | undefined): Promise<number | null> {
  if (access.value.kind !== 'in') return null;
  const user = access.value.session.name;
  const item = {
    user,
    alert: alert.id,
    what,
    ...(note !== undefined && { note }),
    at: currentTime(),
    seen: seenOf(alert, user, note),
  };
  return enqueue(item).catch(() => null);
}

/** Shown as waiting when it is not through by then. */
const SLOW_MS = 2500;

/**
 * Keeps an acknowledgement, sends it, and forgets it once `send` knows what became of it: then that is answered. `later`: it waits
 * here, or has been sent from here meanwhile. `away`: nothing was kept, and nothing sent.
 */
export async function sendKept<T>(
  alert: AlertAnswer,
  what: string,
  note: string | undefined,
  send: () => Promise<T | 'away'>,
): Promise<T | 'later' | 'away'> {
  const id = await keep(alert, what, note);
  if (id === null) return send();
  // Whoever puts the phone away now need not wait for the answer.
  void askForSync();
  const slow = setTimeout(reread, SLOW_MS);
  try {
    return await alone(async () => {
      const all = await readQueue().catch(() => null);
      // The service worker may have sent it already.
      if (all?.some((item) => item.id === id && isWaiting(item)) === false) return 'later';
      const became = await send();
      if (became === 'away') return 'later';
      await removeQueued(id).catch(() => {});
      return became;
    });
  } finally {
    clearTimeout(slow);
    await changed();
  }
}

/** Sends what waits now. Answers once nothing more can be done now. */
export async function sendWaiting(): Promise<Delivered> {
  try {
    return await alone(() =>
      deliver({
        ask: askGateway,
        read: readQueue,
        write: writeQueued,
        forgetOthers,
        now: currentTime,
      }),
    );
  } catch {
    return 'away';
  } finally {
    await changed();
  }
}

export async function dismiss({ id }: Queued): Promise<void> {
  await removeQueued(id).catch(() => {});
  await changed();
}

export async function dismissDropped(): Promise<void> {
  await clearDropped().catch(() => {});
  await changed();
}

/** Has the browser send it even when the page is closed by then, where it knows how to. */
async function askForSync(): Promise<void> {
  const registration = (await navigator.serviceWorker?.ready) as
    | { readonly sync?: { register(tag: string): Promise<void> } }
    | undefined;
  // Firefox and Safari have none, Chromium may be told not to: then it is sent when the page is opened.
  await registration?.sync?.register(SYNC_TAG).catch(() => {});
}

/** Sends when somebody is logged in, when the network is back and when the gateway is heard again. */
export function followQueue(loggedOut: () => void): () => void {
  const send = async (): Promise<void> => {
    if ((await sendWaiting()) === 'out' && access.value.kind === 'in') loggedOut();
  };
  const online = (): void => void send();
  window.addEventListener('online', online);
  const news = (): void => void reread();
  channel?.addEventListener('message', news);
  const stop = effect(() => {
    const { kind } = access.value;
    void reread();
    if (kind === 'in' && link.value !== 'lost') void send();
  });
  return () => {
    stop();
    window.removeEventListener('online', online);
    channel?.removeEventListener('message', news);
  };
}
