/** The calls to the gateway: same origin, session cookie, errors as problem documents (RFC 9457). */
import type { AlertAnswer, ReadingsAnswer, Session, StationAnswer } from '../../devices/wire/api.ts';
import { clockOffset, setClockOffset } from './clock.ts';
import type { StationReading } from './merge.ts';

const ROOT = '/api/v1';
const TIMEOUT_MS = 15_000;
/** Pages of alerts that are read at most: 0 to 20 is usual, thousands mean that a list is of no help. */
const MAX_PAGES = 10;

export type FaultKind = 'away' | 'unauthorised' | 'refused' | 'failed';

/** Why a call gave no answer: `away` and `failed` may pass by themselves, the others not. */
export class ApiFault extends Error {
  readonly kind: FaultKind;
  readonly status: number;

  constructor(kind: FaultKind, status: number, detail: string) {
    super(detail);
    this.kind = kind;
    this.status = status;
  }
}

/** `T` is what the route answers by its schema in devices/wire; nothing is checked again here. Throws an ApiFault. */
async function call<T>(path: string, init: RequestInit = {}, signal?: AbortSignal): Promise<T> {
  const sentAt = Date.now();
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(ROOT + path, {
      ...init,
      headers: { accept: 'application/json', ...init.headers },
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    const offset = clockOffset(response.headers.get('date'), sentAt, Date.now());
    if (offset !== null) setClockOffset(offset);
    if (!response.ok) throw await faultOf(response);
    return (response.status === 204 ? undefined : await response.json()) as T;
  } catch (error) {
    if (error instanceof ApiFault || signal?.aborted) throw error;
    // Also a body that breaks off, or the page of a captive portal in its place.
    throw new ApiFault('away', 0, error instanceof Error ? error.message : 'no answer');
  }
}

/** Request timeout, too many requests: another time they are answered. */
const PASSING: readonly number[] = [408, 429];

async function faultOf(response: Response): Promise<ApiFault> {
  const problem = (await response.json().catch(() => null)) as { title?: unknown; detail?: unknown } | null;
  const told = problem?.detail ?? problem?.title;
  const detail = typeof told === 'string' ? told : `HTTP ${response.status}`;
  const { status } = response;
  if (status === 401) return new ApiFault('unauthorised', status, detail);
  return new ApiFault(status < 500 && !PASSING.includes(status) ? 'refused' : 'failed', status, detail);
}

const post = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

/** Parameters of an address: what is undefined is left out. */
export type Parameters = Readonly<Record<string, string | number | boolean | undefined>>;

export function withQuery(path: string, parameters: Parameters): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined) query.set(name, String(value));
  return query.size === 0 ? path : `${path}?${query}`;
}

/** Paths are below `/api/v1`. */
export const get = <T>(path: string, parameters: Parameters = {}, signal?: AbortSignal): Promise<T> =>
  call<T>(withQuery(path, parameters), {}, signal);

export const send = <T>(
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<T> =>
  call<T>(path, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });

/** A file as it is, as its own type. */
export const sendFile = <T>(path: string, file: Blob): Promise<T> =>
  call<T>(path, { method: 'PUT', headers: { 'content-type': file.type }, body: file });

/** The address of a file to be downloaded. */
export const fileAt = (path: string, parameters: Parameters = {}): string =>
  ROOT + withQuery(path, parameters);

export interface ReadingsQuery {
  readonly station: string;
  readonly parameter: string;
  readonly from: number;
  readonly to: number;
  readonly everyS: number;
}

export const api = {
  session: () => call<Session>('/session'),
  login: (name: string, password: string) => call<Session>('/login', post({ name, password })),
  logout: () => call<void>('/logout', post({})),
  stations: async () => (await call<{ stations: StationAnswer[] }>('/stations')).stations,
  latest: async () => (await call<{ readings: StationReading[] }>('/latest')).readings,
  readings: ({ station, parameter, from, to, everyS }: ReadingsQuery, signal?: AbortSignal) => {
    const query = new URLSearchParams({
      station,
      parameter,
      from: String(from),
      to: String(to),
      every: String(everyS),
      aggregate: 'mean',
    });
    return call<ReadingsAnswer>(`/readings?${query}`, {}, signal);
  },
  openAlerts: async () => {
    const alerts: AlertAnswer[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < MAX_PAGES; page++) {
      const query = new URLSearchParams({ state: 'open', ...(cursor !== null && { cursor }) });
      const answer: { alerts: AlertAnswer[]; next: string | null } = await call(`/alerts?${query}`);
      alerts.push(...answer.alerts);
      cursor = answer.next;
      if (cursor === null) break;
    }
    return alerts;
  },
  acknowledge: (id: string, note?: string) =>
    call<AlertAnswer>(
      `/alerts/${encodeURIComponent(id)}/acknowledge`,
      post(note === undefined ? {} : { note }),
    ),
};

export type Api = typeof api;

/** Whether the gateway is there, whatever it says. */
export const isAnswering = (): Promise<boolean> =>
  api.session().then(
    () => true,
    (error: unknown) => error instanceof ApiFault && error.status > 0 && error.status < 500,
  );
