/** The audit log as the API tells it: who changed what, from where, and how it was before. */
import { z } from 'zod';

export const auditEntrySchema = z.object({
  number: z.int().describe('counts from 1 without holes'),
  at: z.int().describe('epoch milliseconds'),
  who: z.string().describe("a user, a token, an edge, an operating system user, or 'gateway'"),
  from: z.string().describe("a remote address, 'command line', 'edge', 'link', 'sms' or 'gateway'"),
  action: z.string().describe("what was done, as 'limits.set'"),
  what: z.string().describe("what it was done to, as 'limits/song-han'"),
  area: z
    .string()
    .nullable()
    .describe("Vietnamese name of the station's area; null: it is about the whole province"),
  before: z.unknown().describe('what of it changed, as it was; null: nothing was there, or it is not told'),
  after: z.unknown().describe('what of it changed, as it is'),
  reason: z.string().nullable(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

export const sealedAuditEntrySchema = auditEntrySchema.extend({
  hash: z
    .string()
    .describe('SHA-256 over the hash before, a line feed and the entry as canonical JSON; base64url'),
  signature: z.string().describe('Ed25519 over the hash, by the key of `GET ioc/key`; base64url'),
});
export type SealedAuditEntry = z.infer<typeof sealedAuditEntrySchema>;

export const auditPageSchema = z.object({
  entries: z.array(auditEntrySchema),
  next: z.int().nullable().describe('what to ask `after` for the rest; null: there is no more'),
});

/** Pages are read until one is empty: `newest` then tells whether the end of the log is missing. */
export const auditChainSchema = z.object({
  records: z.array(sealedAuditEntrySchema),
  newest: z.int().describe('number of the newest entry; 0: there is none'),
  oldest: z.int().describe('always 1: entries are kept for ever'),
  previous: z
    .string()
    .nullable()
    .describe('hash of the entry before the first of these; null: these are none'),
});
export type AuditChain = z.infer<typeof auditChainSchema>;
