/** A key and its certificate in one file of PEM: a power cut leaves the old pair or the new one, never half of each. */
import { readFileSync } from 'node:fs';

export interface PemPair {
  /** Both PEM. */
  readonly key: string;
  readonly cert: string;
}

export const pairText = ({ key, cert }: PemPair): string => `${key.trim()}\n${cert.trim()}\n`;

/** What is not there is empty, for whoever parses it to say. Throws when the file cannot be read. */
export function readPair(file: string): PemPair {
  const [key = '', cert = ''] = readFileSync(file, 'utf8').split(/(?=-----BEGIN CERTIFICATE)/);
  return { key, cert };
}
