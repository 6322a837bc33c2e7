/** What the view of the fleet asks and sends. */
import type { QuarantineEntry, RerunAnswer } from '../../../../devices/wire/api.ts';
import type { DeadLetterAnswer, DestinationAnswer } from '../../../../devices/wire/destination.ts';
import type {
  CommandRecord,
  EdgeAnswer,
  EdgeDetail,
  EdgeHealthAnswer,
} from '../../../../devices/wire/edges.ts';
import type { Orders } from '../../../../devices/wire/fleet.ts';
import type {
  ConfigCheck,
  ConfigVersionAnswer,
  EdgeConfigAnswer,
  RolloutAnswer,
} from '../../../../devices/wire/fleet-config.ts';
import type { NoticeAnswer, Person, Plan } from '../../../../devices/wire/notify.ts';
import { get, send, withQuery } from '../../api.ts';

const edgeAt = (name: string): string => `/edges/${encodeURIComponent(name)}`;

export const edges = async (signal?: AbortSignal): Promise<EdgeAnswer[]> =>
  (await get<{ edges: EdgeAnswer[] }>('/edges', {}, signal)).edges;

export const edgeOf = (name: string, signal?: AbortSignal): Promise<EdgeDetail> =>
  get(edgeAt(name), {}, signal);

export const healthOf = (
  name: string,
  from: number,
  to: number,
  signal?: AbortSignal,
): Promise<EdgeHealthAnswer> => get(`${edgeAt(name)}/health`, { from, to }, signal);

export const configOf = (name: string, signal?: AbortSignal): Promise<EdgeConfigAnswer> =>
  get(`${edgeAt(name)}/config`, {}, signal);

export const configVersion = (
  name: string,
  version: number,
  signal?: AbortSignal,
): Promise<ConfigVersionAnswer> => get(`${edgeAt(name)}/config/versions/${version}`, {}, signal);

export const checkConfig = (name: string, config: string): Promise<ConfigCheck> =>
  send('POST', `${edgeAt(name)}/config/check`, { config });

export const rollBack = (name: string, version: number, trialS: number): Promise<RolloutAnswer> =>
  send('POST', `${edgeAt(name)}/config/rollback`, { version, trial_s: trialS });

export interface RolloutOrder {
  readonly edges: ReadonlyArray<{ readonly edge: string; readonly config: string }>;
  readonly canary: number;
  readonly trial_s: number;
}

export const rollOut = (order: RolloutOrder): Promise<RolloutAnswer> => send('POST', '/rollouts', order);
export const rollouts = async (signal?: AbortSignal): Promise<RolloutAnswer[]> =>
  (await get<{ rollouts: RolloutAnswer[] }>('/rollouts', {}, signal)).rollouts;
export const rolloutOf = (id: number, signal?: AbortSignal): Promise<RolloutAnswer> =>
  get(`/rollouts/${id}`, {}, signal);
export const stopRollout = (id: number): Promise<RolloutAnswer> => send('POST', `/rollouts/${id}/stop`);

/** In a list without the lines of a log. */
export type ListedCommand = Omit<CommandRecord, 'lines'>;

export const commandsOf = (
  name: string,
  signal?: AbortSignal,
): Promise<{ commands: ListedCommand[]; next: string | null }> => get(`${edgeAt(name)}/commands`, {}, signal);
export const commandOf = (name: string, id: string, signal?: AbortSignal): Promise<CommandRecord> =>
  get(`${edgeAt(name)}/commands/${id}`, {}, signal);
export const askCommand = (name: string, orders: Orders, reason: string): Promise<CommandRecord> =>
  send('POST', `${edgeAt(name)}/commands/${orders.kind}`, { orders, reason });
export const approveCommand = (name: string, id: string): Promise<CommandRecord> =>
  send('POST', `${edgeAt(name)}/commands/${id}/approve`);

export interface Certificate {
  readonly edge: string;
  /** How it gets in. */
  readonly login: string;
  /** End of its certificate, or of the code that it was given; epoch ms. */
  readonly until: number | null;
  readonly seen_at: number | null;
}

export const certificates = async (signal?: AbortSignal): Promise<Certificate[]> =>
  (await get<{ edges: Certificate[] }>('/certificates', {}, signal)).edges;
export const revoke = (name: string, reason: string): Promise<{ revoked: number; password: boolean }> =>
  send('DELETE', withQuery(`${edgeAt(name)}/certificates`, { reason }));
export const issueCode = (name: string): Promise<{ code: string; expires_at: number }> =>
  send('POST', `${edgeAt(name)}/codes`);

export interface QuarantinePage {
  readonly entries: QuarantineEntry[];
  readonly count: number;
  readonly next: string | null;
}

export interface QuarantineFilter {
  readonly client?: string | undefined;
  readonly reason?: string | undefined;
}

export const quarantine = (
  filter: QuarantineFilter,
  cursor: string | undefined,
  signal?: AbortSignal,
): Promise<QuarantinePage> => get('/quarantine', { ...filter, cursor, limit: 50 }, signal);
export const quarantined = (id: number, signal?: AbortSignal): Promise<QuarantineEntry> =>
  get(`/quarantine/${id}`, {}, signal);
export const rerun = (id: number): Promise<RerunAnswer> => send('POST', `/quarantine/${id}/rerun`);
export const rerunAll = (
  filter: QuarantineFilter,
  after: number,
): Promise<{ entries: RerunAnswer[]; next: number | null }> =>
  send('POST', '/quarantine/rerun', { ...filter, after });
export const discardEntry = (id: number): Promise<void> => send('DELETE', `/quarantine/${id}`);

const destinationAt = (id: string): string => `/ioc/destinations/${encodeURIComponent(id)}`;

export const destinations = async (signal?: AbortSignal): Promise<DestinationAnswer[]> =>
  (await get<{ destinations: DestinationAnswer[] }>('/ioc/destinations', {}, signal)).destinations;
export const testDestination = (id: string): Promise<{ ok: boolean; said: string }> =>
  send('POST', `${destinationAt(id)}/test`);
export const resumeDestination = (id: string): Promise<DestinationAnswer> =>
  send('POST', `${destinationAt(id)}/resume`);
export const deadLetters = (
  id: string,
  after: number,
  signal?: AbortSignal,
): Promise<{ letters: DeadLetterAnswer[]; next: number | null }> =>
  get(`${destinationAt(id)}/dead-letters`, { after }, signal);
export const resendLetter = (
  id: string,
  number: number,
): Promise<{ delivered: boolean; reason: string | null }> =>
  send('POST', `${destinationAt(id)}/dead-letters/${number}/resend`);
export const discardLetter = (id: string, number: number): Promise<void> =>
  send('POST', `${destinationAt(id)}/dead-letters/${number}/discard`);

export const people = async (signal?: AbortSignal): Promise<Person[]> =>
  (await get<{ people: Person[] }>('/people', {}, signal)).people;
export const plans = async (signal?: AbortSignal): Promise<Plan[]> =>
  (await get<{ plans: Plan[] }>('/notice-plans', {}, signal)).plans;
export const notices = (
  cursor: string | undefined,
  signal?: AbortSignal,
): Promise<{ notices: NoticeAnswer[]; next: string | null }> =>
  get('/notices', { cursor, limit: 30 }, signal);

export interface ChannelTest {
  readonly kind: string;
  readonly ok: boolean;
  readonly said: string;
}
export const testPerson = (id: string): Promise<{ channels: ChannelTest[] }> =>
  send('POST', `/people/${encodeURIComponent(id)}/test`);
