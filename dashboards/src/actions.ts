/** What a person does here: log in and out, acknowledge. */
import { ApiFault, api } from './api.ts';
import { withAlert } from './merge.ts';
import { access, alerts, clearState } from './state.ts';

/** The cookie says who we are, if the gateway knows it. */
export async function askSession(): Promise<void> {
  try {
    access.value = { kind: 'in', session: await api.session() };
  } catch (error) {
    const out = error instanceof ApiFault && error.kind === 'unauthorised';
    access.value = { kind: out ? 'out' : 'away' };
  }
}

export function loggedOut(): void {
  clearState();
  access.value = { kind: 'out' };
}

export async function logout(): Promise<void> {
  try {
    await api.logout();
  } catch (error) {
    // A session that has ended already is what was wanted; one that could not be ended stays.
    if (!(error instanceof ApiFault) || error.kind !== 'unauthorised') return;
  }
  loggedOut();
}

export type LoggedIn =
  | { readonly kind: 'done' | 'wrong' | 'tooMany' | 'away' }
  | { readonly kind: 'failed'; readonly detail: string };

export async function login(name: string, password: string): Promise<LoggedIn> {
  try {
    access.value = { kind: 'in', session: await api.login(name, password) };
    return { kind: 'done' };
  } catch (error) {
    if (!(error instanceof ApiFault)) throw error;
    if (error.kind === 'unauthorised') return { kind: 'wrong' };
    if (error.status === 429) return { kind: 'tooMany' };
    return error.kind === 'away' ? { kind: 'away' } : { kind: 'failed', detail: error.message };
  }
}

export const mayAcknowledge = (): boolean =>
  access.value.kind === 'in' && ['operator', 'admin'].includes(access.value.session.role);

export type Acknowledged =
  | { readonly kind: 'done' }
  | { readonly kind: 'away' | 'notAllowed' | 'alreadyCleared' }
  | { readonly kind: 'failed'; readonly detail: string };

export async function acknowledge(id: string): Promise<Acknowledged> {
  try {
    alerts.value = withAlert(alerts.value, await api.acknowledge(id));
    return { kind: 'done' };
  } catch (error) {
    if (!(error instanceof ApiFault)) throw error;
    if (error.kind === 'unauthorised') loggedOut();
    if (error.status === 403) return { kind: 'notAllowed' };
    if (error.status === 409) return { kind: 'alreadyCleared' };
    return error.kind === 'away' ? { kind: 'away' } : { kind: 'failed', detail: error.message };
  }
}
