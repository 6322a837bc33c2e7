/** Hashes, links and signatures of the chains of batches (devices/wire/seal.ts). */
import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Head, Link, Seal } from '../wire/seal.ts';

/** SHA-256 of a payload as it is sent. */
export const digestOf = (payload: string | Uint8Array): Buffer =>
  createHash('sha256').update(payload).digest();

/** Of the batch whose payload has this digest, after the batch with the hash `previous`. */
export const batchHash = (previous: string, digest: Uint8Array): string =>
  createHash('sha256').update(Buffer.from(previous, 'base64url')).update(digest).digest('base64url');

/** `payload` is a SenML pack whose first record has a field. */
export const withLink = (payload: string, { qc, qn, qp }: Link): string =>
  `[{"qc":"${qc}","qn":${qn},"qp":"${qp}",${payload.slice('[{'.length)}`;

const LINK = /^\[\{"qc":"([A-Za-z0-9_-]{8,22})","qn":([1-9]\d{0,14}),"qp":"([A-Za-z0-9_-]{43})"[,}]/;
/** More than the longest link. */
const LINK_BYTES = 128;

/** Null when it begins with none. */
export function linkOf(payload: Uint8Array): Link | null {
  const start = Buffer.from(payload.buffer, payload.byteOffset, Math.min(payload.length, LINK_BYTES));
  const [, qc, qn, qp] = LINK.exec(start.toString('latin1')) ?? [];
  return qc === undefined || qp === undefined ? null : { qc, qn: Number(qn), qp };
}

const bytesOf = (head: Head): Buffer => Buffer.from(canonicalize(head) ?? '');

/** SubjectPublicKeyInfo, base64url, of a private or public key. */
export const publicKeyText = (key: KeyObject): string =>
  (key.type === 'public' ? key : createPublicKey(key))
    .export({ type: 'spki', format: 'der' })
    .toString('base64url');

export const sealHead = (head: Head, key: KeyObject): Seal => ({
  head,
  key: publicKeyText(key),
  signature: sign(null, bytesOf(head), key).toString('base64url'),
});

/** Whether the head was signed with the key that the seal names; whose key that is others must know. */
export function isSealed({ head, key, signature }: Seal): boolean {
  try {
    const spki = createPublicKey({ key: Buffer.from(key, 'base64url'), type: 'spki', format: 'der' });
    return (
      spki.asymmetricKeyType === 'ed25519' &&
      verify(null, bytesOf(head), spki, Buffer.from(signature, 'base64url'))
    );
  } catch {
    // 59 letters that are no key.
    return false;
  }
}
