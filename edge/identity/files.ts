/** What an edge is to the centre, in {data_dir}/identity: its key with its certificate, whom it trusts, and where the centre is. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { pairText, readPair } from '../../devices/kit/pem-pair.ts';
import { writeWhole } from '../../devices/kit/whole-file.ts';
import { enrolAnswerSchema } from '../../devices/wire/identity.ts';

export interface EdgeIdentity {
  /** The name that the certificate is for. */
  readonly edge: string;
  /** mqtts:// address of the broker. */
  readonly url: string;
  /** PEM. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  /** Epoch ms. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

export type Kept =
  | { readonly kind: 'none' }
  | { readonly kind: 'damaged'; readonly file: string; readonly reason: string; readonly url: string | null }
  | { readonly kind: 'good'; readonly identity: EdgeIdentity };

const uplinkFileSchema = z.object({ url: enrolAnswerSchema.shape.url });

const filesOf = (dataDir: string) => {
  const file = (name: string): string => join(dataDir, 'identity', name);
  return { pair: file('tls.pem'), ca: file('ca.crt'), uplink: file('uplink.json') };
};

/** `damaged`: there is something that is no identity; where the centre is may be known all the same. */
export function readIdentity(dataDir: string): Kept {
  const files = filesOf(dataDir);
  let file = files.uplink;
  let url: string | null = null;
  try {
    url = uplinkFileSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).url;
    file = files.ca;
    const ca = readFileSync(file, 'utf8');
    file = files.pair;
    const { key, cert } = readPair(file);
    const fault = certificateFault(cert, { ca, key: createPrivateKey(key) });
    if (fault !== null) return { kind: 'damaged', file, reason: fault, url };
    const read = new X509Certificate(cert);
    const [issuedAt, expiresAt] = [read.validFromDate.getTime(), read.validToDate.getTime()];
    const edge = /^CN=(.*)$/.exec(read.subject)?.[1] ?? '';
    return { kind: 'good', identity: { edge, url, ca, cert, key, issuedAt, expiresAt } };
  } catch (error) {
    if (!existsSync(files.pair)) return { kind: 'none' };
    return { kind: 'damaged', file, reason: (error as Error).message, url };
  }
}

/** Why it is no certificate of this authority for this key, and this edge when one is named; null when it is. */
export function certificateFault(
  pem: string,
  { ca, key, edge }: { readonly ca: string; readonly key: KeyObject; readonly edge?: string },
): string | null {
  try {
    const [certificate, root] = [new X509Certificate(pem), new X509Certificate(ca)];
    if (!root.ca || !root.verify(root.publicKey)) return 'the authority is none';
    if (!certificate.checkIssued(root) || !certificate.verify(root.publicKey))
      return 'the certificate is not of the authority that this edge trusts';
    if (!certificate.checkPrivateKey(key)) return 'the certificate is for another key';
    if (edge !== undefined && certificate.subject !== `CN=${edge}`)
      return `the certificate is not for ${edge}`;
    return null;
  } catch (error) {
    return `the certificate cannot be read (${(error as Error).message})`;
  }
}

/** After an enrolment. The pair goes last: until it is there, there is no identity. Throws when the disk refuses. */
export function writeIdentity(
  dataDir: string,
  identity: Pick<EdgeIdentity, 'url' | 'ca' | 'cert' | 'key'>,
): void {
  const files = filesOf(dataDir);
  rmSync(files.pair, { force: true });
  writeWhole(files.ca, identity.ca);
  writeWhole(files.uplink, JSON.stringify({ url: identity.url }));
  writePair(dataDir, identity);
}

export const writePair = (dataDir: string, pair: Pick<EdgeIdentity, 'key' | 'cert'>): void =>
  writeWhole(filesOf(dataDir).pair, pairText(pair));
