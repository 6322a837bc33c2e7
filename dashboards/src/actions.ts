/** What a person does here: log in and out, acknowledge. */
import { batch, effect } from '@preact/signals';
import type { AlertAnswer, Session } from '../../devices/wire/api.ts';
import { ApiFault, api } from './api.ts';
import { clearPicture, forgetOthers } from './offline/kept.ts';
import { forgetPerson, isLogoutOwed, oweLogout } from './offline/leave.ts';
import { showPicture } from './offline/remember.ts';
import { queue, reread, sendKept, sendWaiting } from './offline/waiting.ts';
import { describeAlert } from './say.ts';
import { type Access, access, clearState, link, showAnswer } from './state.ts';

/** A poor network is not waited for longer before what is kept is shown. */
const SLOW_MS = 2500;

/** The cookie says who we are, if the gateway knows it; what is kept of the last time is shown while it does not answer. */
export async function askSession(): Promise<void> {
  const asked = whoIsThere();
  const slow = new Promise<null>((resolve) => setTimeout(resolve, SLOW_MS, null));
  const first = await Promise.race([asked, slow]);
  if (first === null || first.kind === 'away') await showPicture();
  const answer = await asked;
  if (answer.kind === 'in') return enter(answer.session);
  if (answer.kind === 'out') return sessionEnded();
  if (access.value.kind !== 'in') access.value = answer;
}

/** The gateway says who is there: nothing of anybody else is shown or kept any more. */
async function enter(session: Session): Promise<void> {
  const before = access.value;
  batch(() => {
    if (before.kind === 'in' && before.session.name !== session.name) clearState();
    access.value = { kind: 'in', session };
  });
  await forgetOthers(session.name).catch(() => {});
  await reread();
}

/**
 * Asks again who is there when the gateway was lost and is heard again: what is shown may have been kept, and another tab may have
 * logged in somebody else. Ends a session that is still to be ended.
 */
export function followSession(): () => void {
  let wasLost = false;
  const online = (): void => {
    if (isLogoutOwed()) void endSession().catch(() => {});
  };
  window.addEventListener('online', online);
  const stop = effect(() => {
    if (link.value === 'lost') wasLost = true;
    if (link.value !== 'live' || !wasLost) return;
    wasLost = false;
    void askSession();
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

/** The session has run out: what was shown is hidden. What was pressed waits for the person's next login, and push goes on. */
export const sessionEnded = (): void => leave(clearPicture);

/** The person has ended the session: nothing of him stays in this browser. */
export const loggedOut = (): void => leave(forgetPerson);

function leave(clear: () => Promise<void>): void {
  clearState();
  queue.value = [];
  access.value = { kind: 'out' };
  // A browser that keeps nothing has nothing to clear.
  void clear()
    .catch(() => {})
    .then(reread);
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
    void enter(session);
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
  /** `later`: it waits here, and is sent when the network or the person is back. */
  | { readonly kind: 'done' | 'later' }
  | { readonly kind: 'away' | 'notAllowed' | 'alreadyCleared' }
  | { readonly kind: 'failed'; readonly detail: string };

/** Kept before it is sent: a page that is closed meanwhile has lost nothing. */
export async function acknowledge(alert: AlertAnswer, note?: string): Promise<Acknowledged> {
  const became = await sendKept(alert, describeAlert(alert), note, () => sendAcknowledgement(alert, note));
  return typeof became === 'string' ? { kind: became } : became;
}

async function sendAcknowledgement({ id }: AlertAnswer, note?: string): Promise<Acknowledged | 'away'> {
  try {
    await showAnswer(id, api.acknowledge(id, note));
    return { kind: 'done' };
  } catch (error) {
    if (!(error instanceof ApiFault)) throw error;
    if (error.kind === 'unauthorised') sessionEnded();
    if (error.kind === 'unauthorised' || error.kind === 'away') return 'away';
    if (error.status === 403) return { kind: 'notAllowed' };
    if (error.status === 409) return { kind: 'alreadyCleared' };
    return { kind: 'failed', detail: error.message };
  }
}
