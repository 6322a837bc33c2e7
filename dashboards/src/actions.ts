/** What a person does here: log in and out, acknowledge. */
import { effect } from '@preact/signals';
import type { AlertAnswer } from '../../devices/wire/api.ts';
import { ApiFault, api } from './api.ts';
import { withAlert } from './merge.ts';
import { forgetPerson, isLogoutOwed, oweLogout } from './offline/leave.ts';
import { showPicture } from './offline/remember.ts';
import { acknowledgeLater, queue, reread, sendWaiting } from './offline/waiting.ts';
import { describeAlert } from './say.ts';
import { type Access, access, alerts, clearState, link } from './state.ts';

/** A poor network is not waited for longer before what is kept is shown. */
const SLOW_MS = 2500;

/** What is shown is that of the last time: who is there is still to be asked. */
let isRemembered = false;

/** The cookie says who we are, if the gateway knows it; what is kept of the last time is shown while it does not answer. */
export async function askSession(): Promise<void> {
  const asked = whoIsThere();
  const slow = new Promise<null>((resolve) => setTimeout(resolve, SLOW_MS, null));
  const first = await Promise.race([asked, slow]);
  if (first === null || first.kind === 'away') isRemembered = await showPicture();
  const answer = await asked;
  if (answer.kind === 'away' && access.value.kind === 'in') return;
  isRemembered = false;
  if (answer.kind === 'out') return loggedOut();
  const before = access.value;
  if (before.kind === 'in' && answer.kind === 'in' && before.session.name !== answer.session.name) {
    await forgetPerson();
    clearState();
  }
  access.value = answer;
}

/** Asks again who is there once the gateway is heard, when what is shown was kept; ends a session that is still to be ended. */
export function followSession(): () => void {
  const online = (): void => {
    if (isLogoutOwed()) void endSession().catch(() => {});
  };
  window.addEventListener('online', online);
  const stop = effect(() => {
    if (link.value === 'live' && isRemembered) void askSession();
  });
  return () => {
    stop();
    window.removeEventListener('online', online);
  };
}

async function whoIsThere(): Promise<Access> {
  try {
    if (isLogoutOwed()) await endSession();
    return { kind: 'in', session: await api.session() };
  } catch (error) {
    const out = isLogoutOwed() || (error instanceof ApiFault && error.kind === 'unauthorised');
    return { kind: out ? 'out' : 'away' };
  }
}

async function endSession(): Promise<void> {
  try {
    await api.logout();
  } catch (error) {
    // A session that has ended already is what was wanted.
    if (!(error instanceof ApiFault) || error.kind !== 'unauthorised') throw error;
  }
  oweLogout(false);
}

export function loggedOut(): void {
  clearState();
  queue.value = [];
  access.value = { kind: 'out' };
  // Then it is known how many acknowledgements went with the session.
  void forgetPerson().then(reread);
}

/** How many acknowledgements would be lost by logging out now: what can be sent is sent first. */
export async function lostByLogout(): Promise<number> {
  await sendWaiting();
  return queue.value.filter(({ outcome }) => outcome === undefined).length;
}

/** Also without network: what is kept here is removed now, and the gateway is told before it is asked anything else. */
export async function logout(): Promise<void> {
  oweLogout(true);
  await endSession().catch(() => {});
  loggedOut();
}

export type LoggedIn =
  | { readonly kind: 'done' | 'wrong' | 'tooMany' | 'away' }
  | { readonly kind: 'failed'; readonly detail: string };

export async function login(name: string, password: string): Promise<LoggedIn> {
  try {
    const session = await api.login(name, password);
    // The gateway ends the browser's last session with this.
    oweLogout(false);
    access.value = { kind: 'in', session };
    return { kind: 'done' };
  } catch (error) {
    if (!(error instanceof ApiFault)) throw error;
    if (error.kind === 'unauthorised') return { kind: 'wrong' };
    if (error.status === 429) return { kind: 'tooMany' };
    return error.kind === 'away' ? { kind: 'away' } : { kind: 'failed', detail: error.message };
  }
}

/** Acknowledge, shelve and all else that is done with alerts; the gateway has the last word. */
export const mayAct = (): boolean => access.value.kind === 'in' && access.value.session.role !== 'viewer';

export type Acknowledged =
  /** `later`: without network, sent when it is back. */
  | { readonly kind: 'done' | 'later' }
  | { readonly kind: 'away' | 'notAllowed' | 'alreadyCleared' }
  | { readonly kind: 'failed'; readonly detail: string };

export async function acknowledge(alert: AlertAnswer, note?: string): Promise<Acknowledged> {
  try {
    alerts.value = withAlert(alerts.value, await api.acknowledge(alert.id, note));
    return { kind: 'done' };
  } catch (error) {
    if (!(error instanceof ApiFault)) throw error;
    if (error.kind === 'unauthorised') loggedOut();
    if (error.status === 403) return { kind: 'notAllowed' };
    if (error.status === 409) return { kind: 'alreadyCleared' };
    if (error.kind !== 'away') return { kind: 'failed', detail: error.message };
    return { kind: (await acknowledgeLater(alert, describeAlert(alert), note)) ? 'later' : 'away' };
  }
}
