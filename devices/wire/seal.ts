/**
 * Tamper evidence: an edge chains the batches of readings that it sends. A SenML payload begins with its link: `qc`, the
 * chain, `qn`, the batch's number in it from 1, and `qp`, the hash of the batch before. The hash of a batch is SHA-256 over
 * the 32 bytes of the hash before and the 32 bytes of the SHA-256 of the payload as sent: so a batch of another station can be
 * walked over by its digest alone, without showing what it says (devices/kit/seal.ts).
 *
 * A chain lives as long as one connection to the broker: what was sent on it and not acknowledged goes out again in the next
 * one, under a number of that. So within a chain each number is sent once, in order.
 */
import { z } from 'zod';
import { publicKeySchema } from './identity.ts';

/** SHA-256, base64url without padding. */
export const hashSchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
export const chainSchema = z.string().regex(/^[A-Za-z0-9_-]{8,22}$/);

/** What `qp` of the first batch of a chain is. */
export const NO_HASH = 'A'.repeat(43);

/** The first fields of the first record of a chained payload, in this order. */
export interface Link {
  readonly qc: string;
  readonly qn: number;
  readonly qp: string;
}

const stateShape = {
  chain: chainSchema,
  /** Number and hash of the newest batch that was acknowledged; number 0 with NO_HASH where there is none. */
  number: z.int().min(0),
  hash: hashSchema,
  /**
   * Numbers below it without PUBACK at that moment: the centre has them, and may not have stored their readings. The newest
   * head of a chain decides.
   */
  open: z.array(z.int().min(1)).max(64),
} as const;
export const chainStateSchema = z.strictObject(stateShape);
export type ChainState = z.infer<typeof chainStateSchema>;

/** The first head of a chain, of number 0, is sent before its first batch. */
export const headSchema = z.strictObject({
  ...stateShape,
  /** How the chain before this one ended; null for the first chain of an edge. */
  follows: chainStateSchema.nullable(),
  /** Epoch ms by the edge's clock. */
  at: z.int().min(0).max(8.64e15),
});
export type Head = z.infer<typeof headSchema>;

/** `{edge}/seal`. */
export const sealSchema = z.strictObject({
  head: headSchema,
  key: publicKeySchema,
  /** Ed25519 over the head as canonical JSON (RFC 8785), base64url without padding. */
  signature: z.string().regex(/^[A-Za-z0-9_-]{86}$/),
});
export type Seal = z.infer<typeof sealSchema>;
