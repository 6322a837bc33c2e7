/** What the view of alerts asks of the gateway, and what a person does with an alert. */
import type { AlertAnswer, OutOfServiceAnswer, TransitionAnswer } from '../../../../devices/wire/api.ts';
import { get, type Parameters, send } from '../../api.ts';

export interface AlertPage {
  readonly alerts: readonly AlertAnswer[];
  readonly next: string | null;
}

export const alertPage = (query: Parameters, signal?: AbortSignal): Promise<AlertPage> =>
  get('/alerts', query, signal);

const pathOf = (id: string): string => `/alerts/${encodeURIComponent(id)}`;

export const oneAlert = (id: string, signal?: AbortSignal): Promise<AlertAnswer> =>
  get(pathOf(id), {}, signal);

/** Pages of 500 that are read at most: one that flaps for days has thousands, and the first and last matter. */
const MOST_PAGES = 4;

/** Oldest first. */
export async function transitionsOf(id: string, signal?: AbortSignal): Promise<TransitionAnswer[]> {
  const all: TransitionAnswer[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer: { transitions: TransitionAnswer[]; next: string | null } = await get(
      `${pathOf(id)}/transitions`,
      { limit: 500, ...(cursor !== null && { cursor }) },
      signal,
    );
    all.push(...answer.transitions);
    cursor = answer.next;
    if (cursor === null) break;
  }
  return all;
}

export type Action =
  | { readonly kind: 'note'; readonly body: { text: string } }
  | { readonly kind: 'shelve'; readonly body: { minutes: number; reason: string } }
  | { readonly kind: 'unshelve' | 'reset'; readonly body: { note?: string } }
  | { readonly kind: 'correct'; readonly body: { level: AlertAnswer['level']; reason: string } }
  | { readonly kind: 'retract'; readonly body: { reason: string } };

export const act = (id: string, { kind, body }: Action): Promise<AlertAnswer> =>
  send('POST', `${pathOf(id)}/${kind}`, body);

export const outOfService = async (
  state: 'active' | 'all',
  signal?: AbortSignal,
): Promise<readonly OutOfServiceAnswer[]> =>
  (await get<{ out_of_service: OutOfServiceAnswer[] }>('/out-of-service', { state, limit: 200 }, signal))
    .out_of_service;

export interface NewOutOfService {
  readonly station: string;
  readonly parameter?: string;
  readonly reason: string;
  /** Absent: until a person ends it. */
  readonly minutes?: number;
}

export const putOutOfService = (body: NewOutOfService): Promise<OutOfServiceAnswer> =>
  send('POST', '/out-of-service', body);

export const endOfService = (id: string): Promise<OutOfServiceAnswer> =>
  send('POST', `/out-of-service/${encodeURIComponent(id)}/end`, {});
