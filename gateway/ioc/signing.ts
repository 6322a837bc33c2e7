/**
 * What makes the feed provable: each record carries a hash over itself and the hash of the record before, and a signature
 * over that hash. Whoever has the public key finds a record that was changed, left out or put in between.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import canonicalize from 'canonicalize';
import type { FeedKey } from '../../devices/wire/feed.ts';
import type { Ledger } from '../ledger.ts';

export interface Seal {
  readonly hash: string;
  readonly signature: string;
}

export interface Signer {
  /** `previous` is the hash of the record before, '' for the first; `record` is without hash and signature. */
  seal(previous: string, record: object): Seal;
  readonly publicKey: FeedKey;
}

/**
 * base64url (RFC 4648, 5) of SHA-256 over the hash before, a line feed and the record as canonical JSON (RFC 8785). Throws
 * when the record holds what no JSON can: NaN, Infinity, half of a surrogate pair.
 */
export const recordHash = (previous: string, record: object): string =>
  createHash('sha256')
    .update(`${previous}\n${canonicalize(record)}`)
    .digest('base64url');

/** Ed25519 (RFC 8032) over the hash as it is written. */
export const isSignedBy = (key: KeyObject, { hash, signature }: Seal): boolean =>
  verify(null, Buffer.from(hash), key, Buffer.from(signature, 'base64url'));

/** The key that `GET /api/v1/ioc/key` answers. Throws when it is none. */
export const publicKeyOf = ({ x }: Pick<FeedKey, 'x'>): KeyObject =>
  createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });

/**
 * The key of this ledger, made when it is asked for first. It is kept in the ledger (0600, in every backup): a ledger that
 * is restored goes on with the chain that it has.
 */
export function openSigner({ db }: Pick<Ledger, 'db'>): Signer {
  const kept = db.prepare('SELECT private FROM feed_key').get() as { private: string } | undefined;
  const privateKey = kept === undefined ? makeKey(db) : createPrivateKey(kept.private);
  const publicKey = createPublicKey(privateKey);
  const { x = '' } = publicKey.export({ format: 'jwk' });
  return {
    seal(previous, record) {
      const hash = recordHash(previous, record);
      return { hash, signature: sign(null, Buffer.from(hash), privateKey).toString('base64url') };
    },
    publicKey: {
      ...{ kty: 'OKP', crv: 'Ed25519', x },
      pem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    },
  };
}

function makeKey(db: Ledger['db']): KeyObject {
  const { privateKey } = generateKeyPairSync('ed25519');
  db.prepare('INSERT INTO feed_key VALUES (1, ?)').run(privateKey.export({ format: 'pem', type: 'pkcs8' }));
  return privateKey;
}
