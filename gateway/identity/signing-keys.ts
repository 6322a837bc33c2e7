/** The public Ed25519 keys with which edges sign what they send; each came with an enrolment (docs/architecture.md). */
import type { Ledger } from '../ledger.ts';

export interface SigningKey {
  /** SubjectPublicKeyInfo, base64url. */
  readonly key: string;
  /** Epoch ms. */
  readonly since: number;
}

export interface SigningKeys {
  /** Newest first: only the first may sign what comes now. */
  of(edge: string): SigningKey[];
  put(edge: string, key: string, since: number): void;
}

export function createSigningKeys({ db }: Pick<Ledger, 'db'>): SigningKeys {
  const select = db.prepare('SELECT key, since FROM edge_signing_key WHERE edge = ? ORDER BY since DESC');
  const insert = db.prepare(
    'INSERT INTO edge_signing_key VALUES (?, ?, ?) ON CONFLICT (edge, key) DO UPDATE SET since = excluded.since',
  );
  return {
    of: (edge) => select.all(edge) as unknown as SigningKey[],
    put: (edge, key, since) => void insert.run(edge, key, since),
  };
}
