/** Sends what waits in the queue, in the page or in its service worker: whoever has the lock. */
import type { AlertAnswer, Session } from '../../../devices/wire/api.ts';
import { isWaiting, nextStep, type Outcome, type Queued } from './queue.ts';

/** `away`: no answer, or one that may be another one later. */
export type Asked =
  | { readonly kind: 'answer'; readonly body: unknown }
  | { readonly kind: 'away' }
  | { readonly kind: 'problem'; readonly status: number; readonly detail: string };

export interface DeliverParts {
  /** Of a path below `/api/v1`; with a body it is a POST. */
  ask(path: string, body?: unknown): Promise<Asked>;
  read(): Promise<Queued[]>;
  write(item: Queued): Promise<void>;
  /** Drops what anybody else has pressed, and keeps count of it. */
  forgetOthers(user: string): Promise<void>;
  readonly now: () => number;
}

/** `out`: nobody is logged in. `away`: try again later. */
export type Delivered = 'done' | 'away' | 'out';

export async function deliver(parts: DeliverParts): Promise<Delivered> {
  const waiting = (await parts.read()).filter(isWaiting);
  if (waiting.length === 0) return 'done';
  const who = await parts.ask('/session');
  if (who.kind === 'away') return 'away';
  if (who.kind === 'problem') return who.status === 401 ? 'out' : 'away';
  const { name } = who.body as Session;
  const own = waiting.filter(({ user }) => user === name);
  if (own.length < waiting.length) await parts.forgetOthers(name);
  for (const item of own) {
    const outcome = await deliverOne(parts, item);
    if (outcome === 'away' || outcome === 'out') return outcome;
    await parts.write({ ...item, outcome });
  }
  return 'done';
}

async function deliverOne(parts: DeliverParts, item: Queued): Promise<Outcome | 'away' | 'out'> {
  const path = `/alerts/${encodeURIComponent(item.alert)}`;
  const known = await parts.ask(path);
  if (known.kind !== 'answer') return fault(known, parts.now());
  const step = nextStep(item, known.body as AlertAnswer, parts.now());
  if (step.kind === 'end') {
    if (!step.note) return step.outcome;
    const noted = await parts.ask(`${path}/note`, { text: item.note });
    return noted.kind === 'answer' ? step.outcome : fault(noted, parts.now());
  }
  const sent = await parts.ask(`${path}/acknowledge`, item.note === undefined ? {} : { note: item.note });
  if (sent.kind === 'answer') return { kind: 'done', at: parts.now() };
  return sent.kind === 'problem' && sent.status === 409
    ? { kind: 'cleared', at: parts.now() }
    : fault(sent, parts.now());
}

function fault(asked: Exclude<Asked, { kind: 'answer' }>, at: number): Outcome | 'away' | 'out' {
  if (asked.kind === 'away') return 'away';
  return asked.status === 401 ? 'out' : { kind: 'refused', at, detail: asked.detail };
}

const ROOT = '/api/v1';
const TIMEOUT_MS = 15_000;

/** As `ask`, of the gateway that this page came from. */
export async function askGateway(path: string, body?: unknown): Promise<Asked> {
  try {
    const response = await fetch(ROOT + path, {
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
      cache: 'no-store',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    // Too many requests, a proxy whose gateway restarts: another time.
    if (response.status === 408 || response.status === 429 || response.status >= 500) return { kind: 'away' };
    const answer = (await response.json()) as { detail?: unknown };
    if (response.ok) return { kind: 'answer', body: answer };
    return { kind: 'problem', status: response.status, detail: String(answer.detail ?? response.status) };
  } catch {
    return { kind: 'away' };
  }
}

const LOCK = 'quantrac-queue';

let last: Promise<unknown> = Promise.resolve();

function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const own = last.then(work);
  last = own.catch(() => {});
  return own;
}

/**
 * One at a time in all tabs and the service worker: what is sent twice would be told twice. Browsers have locks for it, but not
 * for a page of plain HTTP from another machine, which has no service worker either: there it is one at a time in this tab.
 */
export const alone = <T>(work: () => Promise<T>): Promise<T> =>
  navigator.locks === undefined ? inTurn(work) : (navigator.locks.request(LOCK, work) as Promise<T>);
