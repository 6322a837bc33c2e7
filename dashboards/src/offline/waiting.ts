/** The acknowledgements that wait for the network, as the page shows them; sent when it is back. */
import { effect, signal } from '@preact/signals';
import type { AlertAnswer } from '../../../devices/wire/api.ts';
import { currentTime } from '../clock.ts';
import { access, link } from '../state.ts';
import { alone, askGateway, type Delivered, deliver } from './deliver.ts';
import { clearUnsent, enqueue, readQueue, readUnsent, removeQueued, writeQueued } from './kept.ts';
import { isWaiting, type Queued } from './queue.ts';

/** Of the person who is logged in, oldest first. */
export const queue = signal<readonly Queued[]>([]);
/** How many acknowledgements were lost with a session that had ended; nobody's name, so that the login page may say it. */
export const unsent = signal(0);

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
  unsent.value = await readUnsent().catch(() => 0);
}

async function changed(): Promise<void> {
  await reread();
  channel?.postMessage('changed');
}

/** Keeps an acknowledgement for later. Answers false when this browser keeps nothing more. */
export async function acknowledgeLater(
  alert: AlertAnswer,
  what: string,
  note: string | undefined,
): Promise<boolean> {
  if (access.value.kind !== 'in') return false;
  const { level, announced_at } = alert;
  const item = {
    user: access.value.session.name,
    alert: alert.id,
    what,
    ...(note !== undefined && { note }),
    at: currentTime(),
    seen: { level, ...(announced_at !== undefined && { announced_at }) },
  };
  const kept = await enqueue(item).catch(() => false);
  await changed();
  if (kept) void askForSync();
  return kept;
}

/** Sends what waits now. Answers once nothing more can be done now. */
export async function sendWaiting(): Promise<Delivered> {
  try {
    return await alone(() =>
      deliver({
        ask: askGateway,
        read: readQueue,
        write: writeQueued,
        remove: removeQueued,
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

export async function dismissUnsent(): Promise<void> {
  await clearUnsent().catch(() => {});
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
