/**
 * A request for a certificate (PKCS #10, RFC 2986) for a P-256 key. Its shape is fixed but for name and key, so it is put
 * together here: the library that can write any would take more of an edge's memory than all the rest of its identity.
 */
import { createPublicKey, type KeyObject, sign } from 'node:crypto';

const SEQUENCE = 0x30;
const SET = 0x31;
const UTF8 = 0x0c;
const BIT_STRING = 0x03;
/** [0], constructed: no attributes. */
const ATTRIBUTES = 0xa0;
/** Version 0. */
const VERSION = Buffer.from([0x02, 0x01, 0x00]);
/** 2.5.4.3, commonName. */
const COMMON_NAME = Buffer.from([0x06, 0x03, 0x55, 0x04, 0x03]);
/** 1.2.840.10045.4.3.2, ecdsa-with-SHA256 (RFC 5758, 3.2). */
const ECDSA_SHA256 = Buffer.from([0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02]);

/** DER: what it is, its length, its content (X.690, 8.1). Nothing here reaches 64 KB. */
function der(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const { length } = body;
  const header = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...header]), body]);
}

/** PEM. `name` becomes the common name. */
export function makeCsr(name: string, key: KeyObject): string {
  const subject = der(SEQUENCE, der(SET, der(SEQUENCE, COMMON_NAME, der(UTF8, Buffer.from(name)))));
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' });
  const info = der(SEQUENCE, VERSION, subject, publicKey, der(ATTRIBUTES));
  const signature = sign('sha256', info, { key, dsaEncoding: 'der' });
  const request = der(
    SEQUENCE,
    info,
    der(SEQUENCE, ECDSA_SHA256),
    der(BIT_STRING, Buffer.from([0]), signature),
  );
  const lines = request.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE REQUEST-----\n${lines.join('\n')}\n-----END CERTIFICATE REQUEST-----\n`;
}
