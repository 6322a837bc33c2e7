/** What an edge asks to be signed (PKCS #10, RFC 2986): only its key is taken, and only when it is proved that the edge has it. */
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { CsrFault } from './csr-fault.ts';

/** A request for one P-256 key has about 350 bytes as PEM. */
const MOST_TEXT = 2048;
const ONE_BLOCK =
  /^\s*-----BEGIN CERTIFICATE REQUEST-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE REQUEST-----\s*$/;

export async function publicKeyOf(csr: string): Promise<x509.PublicKey> {
  if (csr.length > MOST_TEXT)
    throw new CsrFault(`the request has ${csr.length} characters, at most ${MOST_TEXT} are taken`);
  if (!ONE_BLOCK.test(csr)) throw new CsrFault('the request is not one block of PEM');
  const request = read(csr);
  const { name, namedCurve } = request.publicKey.algorithm as { name: string; namedCurve?: string };
  if (name !== 'ECDSA' || namedCurve !== 'P-256')
    throw new CsrFault(`its key is ${namedCurve ?? name}, and only P-256 is signed`);
  const proved = await request.verify().catch(() => false);
  if (!proved) throw new CsrFault('the request is not signed with its own key');
  return request.publicKey;
}

function read(csr: string): x509.Pkcs10CertificateRequest {
  try {
    return new x509.Pkcs10CertificateRequest(csr);
  } catch {
    throw new CsrFault('the request cannot be read');
  }
}
