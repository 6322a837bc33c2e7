/** Gets a certificate for a new key long before the old one ends, over the edge's own connection. */
import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import type { Logger } from '../../devices/kit/log.ts';
import { certificateSchema } from '../../devices/wire/identity.ts';
import { type Clock, every } from '../clock.ts';
import type { Uplink } from '../uplink.ts';
import { makeCsr } from './csr.ts';
import { certificateFault, type EdgeIdentity, readIdentity, writePair } from './files.ts';

const HOUR_MS = 3600_000;
/** Two thirds of its life, and up to a twentieth more, so that edges of one day do not come in one hour. */
const DUE = 2 / 3;
const JITTER = 1 / 20;
const MOST_MESSAGE = 16 * 1024;

export interface Renewal {
  /** A connection works: what is due is asked for. */
  ready(): void;
  /** `edges/{edge}/certificate` as it came. */
  take(payload: string): void;
  stop(): void;
}

export interface RenewalOptions {
  readonly edge: string;
  readonly dataDir: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly tell: Uplink['tell'];
}

export function startRenewal(options: RenewalOptions): Renewal {
  const { edge, dataDir, clock, log } = options;
  const stopping = new AbortController();
  const due = DUE + JITTER * options.random();
  /** The new key, PEM, until its certificate comes; never on disk before. */
  let waiting: { readonly key: string; readonly since: number } | null = null;

  const isDue = ({ issuedAt, expiresAt }: EdgeIdentity): boolean =>
    clock.now() >= issuedAt + (expiresAt - issuedAt) * due;

  async function ask(): Promise<void> {
    const kept = readIdentity(dataDir);
    if (kept.kind !== 'good' || !isDue(kept.identity)) return;
    if (waiting !== null && clock.ticks() - waiting.since < HOUR_MS) return;
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    // Before it goes: the answer may be here before the PUBACK.
    const asked = { key, since: clock.ticks() };
    waiting = asked;
    const told = await options.tell('renewal', JSON.stringify({ csr: makeCsr(edge, privateKey) }));
    // The next connection asks again at once.
    if (!told && waiting === asked) waiting = null;
  }

  const askNow = (): void =>
    void ask().catch((err: unknown) =>
      log.error({ err }, 'the certificate cannot be renewed, tried again in an hour'),
    );

  function take(payload: string): string | null {
    if (waiting === null) return 'it was not asked for';
    if (payload.length > MOST_MESSAGE) return `the message has ${payload.length} characters`;
    const { certificate } = certificateSchema.parse(JSON.parse(payload));
    const kept = readIdentity(dataDir);
    if (kept.kind !== 'good') return 'there is no identity that could be renewed';
    const { ca, expiresAt } = kept.identity;
    const fault = certificateFault(certificate, { ca, key: createPrivateKey(waiting.key), edge });
    if (fault !== null) return fault;
    const until = new X509Certificate(certificate).validToDate;
    if (until.getTime() <= expiresAt) return 'the certificate ends no later than the one that is in use';
    writePair(dataDir, { key: waiting.key, cert: certificate });
    waiting = null;
    log.info({ until: until.toISOString() }, 'certificate renewed: the next connection uses it');
    return null;
  }

  void every(clock, HOUR_MS, stopping.signal, askNow);
  return {
    ready: askNow,
    take(payload) {
      try {
        const fault = take(payload);
        if (fault !== null) log.warn({ reason: fault }, 'a certificate from the centre was not taken');
      } catch (err) {
        log.warn({ err }, 'a certificate from the centre was not taken');
      }
    },
    stop: () => stopping.abort(),
  };
}
