/** A certificate for localhost and 127.0.0.1 that is its own authority, by openssl. The folder is the caller's to remove. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Certificate {
  /** The file that a client is given as its authority. */
  readonly ca: string;
  readonly cert: Buffer;
  readonly key: Buffer;
}

export function makeCertificate(folder: string): Certificate {
  const [ca, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const files = ['-keyout', key, '-out', ca, '-days', '2'];
  execFileSync('openssl', ['req', '-x509', ...curve, ...files, ...names], { stdio: 'pipe' });
  return { ca, cert: readFileSync(ca), key: readFileSync(key) };
}
