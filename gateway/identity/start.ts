/** Joins the identity of edges: authority, codes, certificates, enrolment and renewal. */
import { join } from 'node:path';
import { createAttempts } from '../../devices/kit/attempts.ts';
import type { Logger } from '../../devices/kit/log.ts';
import { topics } from '../../devices/wire/topics.ts';
import type { Audit } from '../audit/audit.ts';
import type { Broker } from '../broker/broker.ts';
import type { TlsDoor } from '../broker/doors.ts';
import type { AllowList } from '../broker/login.ts';
import type { Ledger } from '../ledger.ts';
import type { FleetEars } from '../receive.ts';
import type { GatewaySettings } from '../settings.ts';
import type { Authority } from './authority.ts';
import { createCertificates, type ShutOut } from './certificates.ts';
import { type Codes, createCodes } from './codes.ts';
import { type EdgeLogin, listEdges } from './edges.ts';
import { createEnrolment, type Enrolment } from './enrolment.ts';
import { createRenewals } from './renewals.ts';
import { createSigningKeys, type SigningKeys } from './signing-keys.ts';

/** How often the broker's own certificate is looked at. */
const LOOK_MS = 3600_000;
/** Wrong codes of one address in 10 minutes. */
const MOST_TRIES = 200;

export interface IdentityParts {
  readonly ledger: Ledger;
  readonly audit: Pick<Audit, 'record'>;
  readonly dataDir: string;
  readonly tls: GatewaySettings['mqtt']['tls'];
  readonly now: () => number;
  readonly log: Logger;
  /** Is asked when it runs. */
  broker(): Pick<Broker, 'publish' | 'recheck' | 'renewed' | 'tlsPort'>;
}

export interface Identity {
  /** What the broker needs for TLS; undefined without the setting `mqtt.tls`. */
  readonly door: TlsDoor | undefined;
  readonly allowList: AllowList;
  readonly signingKeys: SigningKeys;
  /** null without `mqtt.tls`: then nobody can be enrolled. */
  readonly enrolment: Enrolment | null;
  readonly codes: Pick<Codes, 'issue'>;
  readonly renewal: FleetEars['renewal'];
  edges(): EdgeLogin[];
  /** Ends all that lets the edge in, its connections too; answers what it had. */
  revoke(edge: string, reason: string): ShutOut;
  stop(): void;
}

export async function startIdentity(parts: IdentityParts): Promise<Identity> {
  const { ledger, audit, tls, now, log } = parts;
  const certificates = createCertificates(ledger, audit, now);
  const codes = createCodes(ledger, audit, now);
  const signingKeys = createSigningKeys(ledger);
  const authority = tls && (await openOwn(parts, tls.names));
  const timer = authority && setInterval(() => void renewServer(authority, parts), LOOK_MS).unref();
  const common = { ledger, audit, certificates, now };

  return {
    door: tls && authority && { ...tls, ca: authority.certificate, identity: authority.server },
    allowList: certificates,
    signingKeys,
    enrolment:
      tls === undefined || authority === undefined
        ? null
        : createEnrolment({
            ...common,
            authority,
            codes,
            signingKeys,
            // Boxes behind one router have one address, and what must be guessed has 80 bits: it only saves the processor.
            attempts: createAttempts({ now, perAddress: MOST_TRIES }),
            url: () => urlOf(tls.names[0] ?? 'localhost', parts.broker().tlsPort ?? tls.port),
            onRevoked: () => parts.broker().recheck(),
          }),
    codes,
    renewal:
      authority &&
      createRenewals({
        ...common,
        authority,
        log,
        answer: (edge, message) =>
          parts.broker().publish(topics.toEdge(edge, 'certificate'), JSON.stringify(message)),
      }),
    edges: () => listEdges(ledger, now()),
    revoke(edge, reason) {
      const had = certificates.shutOut(edge, reason);
      parts.broker().recheck();
      return had;
    },
    stop: () => clearInterval(timer),
  };
}

/** Its library takes a while to load: who needs no certificates does not wait for it. */
async function openOwn({ dataDir, now }: IdentityParts, names: readonly string[]): Promise<Authority> {
  const { openAuthority } = await import('./authority.ts');
  return openAuthority({ directory: join(dataDir, 'identity'), names, now });
}

async function renewServer(authority: Authority, { broker, log }: IdentityParts): Promise<void> {
  try {
    if (!(await authority.renewServer())) return;
    broker().renewed();
    log.info("the broker's own certificate was renewed");
  } catch (err) {
    log.error({ err }, "the broker's own certificate cannot be renewed, tried again in an hour");
  }
}

const urlOf = (host: string, port: number): string =>
  `mqtts://${host.includes(':') ? `[${host}]` : host}:${port}`;
