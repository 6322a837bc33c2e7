/**
 * How an edge gets its certificate. Over HTTP with a code: edge and centre prove to each other that they know it
 * (HMAC-SHA-256 under keys derived from the code's secret, devices/kit/enrol-mac.ts), so that the way between them need not
 * be trusted: neither the secret nor a private key travels, and a change of any field on the way is seen. Later over MQTT,
 * as itself.
 */
import { z } from 'zod';
import { nameSchema } from '../word.ts';

/** PEM, PKCS #10 or X.509. */
const pem = z.string().min(50).max(8192);
/** SubjectPublicKeyInfo of an Ed25519 key, base64url without padding. */
export const publicKeySchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{59}$/, 'must be an Ed25519 public key (SPKI, base64url)');
/** HMAC-SHA-256, base64url without padding. */
const macSchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/** Crockford's base32: no I, L, O or U, so that what is read aloud or copied by hand is not mistaken. */
export const CODE_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** The part of a code that names it: 20 bits. */
const NAME_LENGTH = 4;
/** The part that never leaves either side: 80 bits. */
const SECRET_LENGTH = 16;
export const CODE_LENGTH = NAME_LENGTH + SECRET_LENGTH;

export interface EnrolCode {
  readonly name: string;
  readonly secret: string;
}

/** As typed: lower case, O for 0, I and L for 1, spaces and hyphens anywhere; null when it is no code. */
export function parseCode(typed: string): EnrolCode | null {
  const text = typed.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
  if (text.length !== CODE_LENGTH || [...text].some((letter) => !CODE_ALPHABET.includes(letter))) return null;
  return { name: text.slice(0, NAME_LENGTH), secret: text.slice(NAME_LENGTH) };
}

/** As shown: groups of four. */
export const spellCode = ({ name, secret }: EnrolCode): string =>
  `${name}${secret}`.match(/.{4}/g)?.join('-') ?? '';

/** `POST /api/v1/enrol`, which needs no login: the code's MAC is it. */
export const enrolRequestSchema = z.strictObject({
  /** The part of the code that names it; the other part never leaves the edge. */
  code: z.string().regex(/^[0-9A-HJKMNP-TV-Z]{4}$/, 'must be the first four characters of a code'),
  /** What the box is by its own file: a code for another edge is refused before it is used. */
  edge: nameSchema,
  csr: pem,
  /** Of the key that its batches are signed with. */
  signing_key: publicKeySchema,
  /** Over `requestText`. */
  mac: macSchema,
});
export type EnrolRequest = z.infer<typeof enrolRequestSchema>;

export const enrolAnswerSchema = z.strictObject({
  edge: nameSchema,
  certificate: pem,
  /** The authority that the edge trusts from now on. */
  ca: pem,
  /** mqtts:// address of the broker, as the edge can reach it. */
  url: z.url({ protocol: /^mqtts$/ }).max(300),
  /** Over `answerText`: it comes from who made the code, and answers this request. */
  mac: macSchema,
});
export type EnrolAnswer = z.infer<typeof enrolAnswerSchema>;

/**
 * What the MACs are over. JSON arrays: with PEM in it, a text with separators could be cut at other places. The answer
 * holds the request's MAC, so that it answers this request and no other one under the same code.
 */
export const requestText = ({ code, edge, csr, signing_key }: Omit<EnrolRequest, 'mac'>): string =>
  JSON.stringify(['quantrac enrol 1', code, edge, csr, signing_key]);
export const answerText = (
  requestMac: string,
  { edge, certificate, ca, url }: Omit<EnrolAnswer, 'mac'>,
): string => JSON.stringify(['quantrac enrolled 1', requestMac, edge, certificate, ca, url]);

/** `{edge}/renewal`: the edge wants a certificate for a new key. */
export const renewalSchema = z.strictObject({ csr: pem });
export type Renewal = z.infer<typeof renewalSchema>;

/** `edges/{edge}/certificate`: the answer to it, of the authority that the edge trusts since it was enrolled. */
export const certificateSchema = z.strictObject({ certificate: pem });
export type CertificateMessage = z.infer<typeof certificateSchema>;
