/** The MACs of an enrolment (devices/wire/identity.ts), made and checked at edge and gateway alike. */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import {
  answerText,
  type EnrolAnswer,
  type EnrolCode,
  type EnrolRequest,
  requestText,
} from '../wire/identity.ts';

export interface EnrolKeys {
  /** The edge proves itself with it. */
  readonly request: Buffer;
  /** The centre does: what one of them has said is never taken for the other's word. */
  readonly answer: Buffer;
}

/** HKDF-SHA-256 (RFC 5869): 80 bits chosen by a generator need no slow hash within the hour that a code lives. */
export function enrolKeys({ name, secret }: EnrolCode): EnrolKeys {
  const derive = (info: string): Buffer => Buffer.from(hkdfSync('sha256', secret, name, info, 32));
  return { request: derive('quantrac enrol request 1'), answer: derive('quantrac enrol answer 1') };
}

const mac = (key: Buffer, text: string): string => createHmac('sha256', key).update(text).digest('base64url');

export const requestMac = (key: Buffer, request: Omit<EnrolRequest, 'mac'>): string =>
  mac(key, requestText(request));
export const answerMac = (key: Buffer, requestMac: string, answer: Omit<EnrolAnswer, 'mac'>): string =>
  mac(key, answerText(requestMac, answer));

export const isMac = (given: string, made: string): boolean =>
  given.length === made.length && timingSafeEqual(Buffer.from(given), Buffer.from(made));
