/** What becomes of everything that is kept for a person when he logs out. */
import { rememberArea } from '../last-area.ts';
import { recall, remember } from '../memory.ts';
import { forgetAll } from './kept.ts';

const OWED = 'quantrac.logout';
const channel = globalThis.window === undefined ? null : new BroadcastChannel('quantrac-session');

/** Removes what this browser keeps of the person: nobody after him reads it. Other tabs look anew who is logged in. */
export async function forgetPerson(): Promise<void> {
  rememberArea('');
  await Promise.allSettled([forgetAll(), endPush(), navigator.clearAppBadge?.()]);
  channel?.postMessage('ended');
}

/** This browser is told no more, and shows nothing of what it was told. */
export async function endPush(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration();
  const subscription = await registration?.pushManager?.getSubscription().catch(() => null);
  await subscription?.unsubscribe().catch(() => {});
  for (const notification of (await registration?.getNotifications()) ?? []) notification.close();
}

export const followOtherTabs = (ended: () => void): (() => void) => {
  channel?.addEventListener('message', ended);
  return () => channel?.removeEventListener('message', ended);
};

/** Who logs out without network is logged out at the gateway before anything else is asked there. */
export const isLogoutOwed = (): boolean => recall(OWED) === 'owed';
export const oweLogout = (owed: boolean): void => remember(OWED, owed ? 'owed' : '');
