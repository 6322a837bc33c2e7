/** Push messages to this browser: asked for by a press, given up by another, and back with the person's next login. */
import { effect, signal } from '@preact/signals';
import { ApiFault, get, send } from '../api.ts';
import { recall, remember } from '../memory.ts';
import { access } from '../state.ts';
import { endPush } from './leave.ts';

/** Whose push messages these are: who logs in again is told again without being asked. */
const KEY = 'quantrac.push';

/** Stands for a name, which nobody reads here after a logout. */
async function markOf(name: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(name));
  return btoa(String.fromCharCode(...new Uint8Array(digest)));
}

export type PushState =
  | 'asking'
  | 'on'
  | 'off'
  /** This browser has no web push; `install`: an iPhone, which has it once the page is on the home screen. */
  | 'none'
  | 'install'
  /** The person has forbidden notifications in the browser. */
  | 'denied';

export const pushState = signal<PushState>('asking');

function sessionName(): string | null {
  const now = access.peek();
  return now.kind === 'in' ? now.session.name : null;
}

async function manager(): Promise<PushManager | null> {
  const registration = await navigator.serviceWorker?.getRegistration();
  return registration?.pushManager ?? null;
}

export async function askPushState(): Promise<void> {
  pushState.value = await currentState();
}

async function currentState(): Promise<PushState> {
  if (!('PushManager' in globalThis) || !('Notification' in globalThis))
    return /iPhone|iPad/.test(navigator.userAgent) ? 'install' : 'none';
  if (Notification.permission === 'denied') return 'denied';
  const push = await manager();
  // Plain HTTP of another machine: browsers install no service worker there.
  if (push === null) return 'none';
  return (await push.getSubscription().catch(() => null)) === null ? 'off' : 'on';
}

/** Asks the person; throws an ApiFault when the gateway does not take it. */
export async function startPush(): Promise<void> {
  const permission = await Notification.requestPermission();
  if (permission === 'granted') await subscribe();
  await askPushState();
}

async function subscribe(): Promise<void> {
  const push = await manager();
  const name = sessionName();
  if (push === null || name === null) return;
  const { key } = await get<{ key: string }>('/push/key');
  const subscription = await push
    .subscribe({ userVisibleOnly: true, applicationServerKey: key })
    .catch((error: unknown) => {
      throw new ApiFault('failed', 0, error instanceof Error ? error.message : String(error));
    });
  try {
    await send('POST', '/push/subscriptions', subscription.toJSON());
  } catch (error) {
    await subscription.unsubscribe();
    throw error;
  }
  remember(KEY, await markOf(name));
}

export async function stopPush(): Promise<void> {
  remember(KEY, '');
  const subscription = await (await manager())?.getSubscription();
  if (subscription) {
    await subscription.unsubscribe();
    const { endpoint } = subscription;
    // The push service knows it is gone, so the gateway learns it also without this.
    await send('DELETE', '/push/subscriptions', { endpoint }).catch(() => {});
  }
  await askPushState();
}

/** The subscription went with the logout: who had it has it again, silently. That of anybody else ends. */
async function resume(name: string): Promise<void> {
  const mark = recall(KEY) ?? '';
  if (mark === '') return;
  if (mark !== (await markOf(name))) return endPush();
  if (globalThis.Notification?.permission !== 'granted') return;
  if ((await currentState()) === 'off') await subscribe().catch(() => {});
}

export const followPush = (): (() => void) =>
  effect(() => {
    if (access.value.kind === 'in') void resume(access.value.session.name);
  });
