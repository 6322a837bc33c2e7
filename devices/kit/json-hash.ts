/** One name for one content, however it is spelled. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** SHA-256 over the value as canonical JSON (RFC 8785), base64url without padding. */
export const jsonHash = (value: unknown): string =>
  createHash('sha256')
    .update(canonicalize(value) ?? '')
    .digest('base64url');
