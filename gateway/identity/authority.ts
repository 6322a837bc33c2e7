/**
 * The gateway's own certificate authority: a root that signs nothing but its broker's certificate and those of edges. Its key is
 * a file for the gateway's user only, in {data_dir}/identity.
 */
import 'reflect-metadata';
import { createPrivateKey, X509Certificate as ReadCertificate, randomBytes, webcrypto } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import { UserFault } from '../../devices/kit/fault.ts';
import { type PemPair, pairText, readPair } from '../../devices/kit/pem-pair.ts';
import { writeDurably } from '../../devices/kit/whole-file.ts';
import { publicKeyOf } from './csr.ts';
import { CLIENT_MS } from './lifetime.ts';

/** P-256 with SHA-256: what TLS 1.3 (RFC 8446, 9.1) asks every implementation for. */
const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
const ROOT_MS = 20 * 365 * DAY_MS;
const SERVER_MS = 365 * DAY_MS;
/** A clock of an edge may be a little behind when it looks at its own certificate. */
const BACK_MS = 5 * 60_000;
/** A box without a battery clock starts there, and must reach the centre all the same: root and server are good since ever. */
const LONG_AGO = new Date(0);

export interface IssuedCertificate {
  readonly pem: string;
  /** SHA-256 of the DER, hex. */
  readonly fingerprint: string;
  readonly serial: string;
  /** Epoch ms. */
  readonly expiresAt: number;
}

export interface Authority {
  /** The root, PEM: what an edge trusts. */
  readonly certificate: string;
  readonly server: () => PemPair;
  /** Makes another certificate for the broker when a third of the life of this one is left; true when it did. */
  renewServer(): Promise<boolean>;
  /** For the key of the CSR, which must be signed by it. Throws a CsrFault. Only the name given here goes into it. */
  sign(edge: string, csr: string): Promise<IssuedCertificate>;
}

export interface AuthorityOptions {
  /** {data_dir}/identity; made when it is not there. */
  readonly directory: string;
  /** Names and addresses of the broker, beside localhost. */
  readonly names: readonly string[];
  readonly now: () => number;
}

type CryptoKey = Awaited<ReturnType<typeof x509.PublicKey.prototype.export>>;
type CryptoKeyPair = x509.X509CertificateCreateSelfSignedParams['keys'];

interface Root {
  readonly certificate: x509.X509Certificate;
  readonly key: CryptoKey;
}

const ROOT_FILE = 'authority.pem';
const SERVER_FILE = 'server.pem';

export async function openAuthority({ directory, names, now }: AuthorityOptions): Promise<Authority> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const root = await openRoot(directory, now);
  const wanted = [...new Set([...names, 'localhost', '127.0.0.1', '::1'])];
  let server = await openServer(root, directory, wanted, now);

  return {
    certificate: root.certificate.toString('pem'),
    server: () => server,
    async renewServer() {
      if (!isOld(new ReadCertificate(server.cert), now())) return false;
      server = await makeServer(root, directory, wanted, now);
      return true;
    },
    async sign(edge, csr) {
      const publicKey = await publicKeyOf(csr);
      const at = now();
      const certificate = await issue(root, {
        name: edge,
        notBefore: new Date(at - BACK_MS),
        notAfter: new Date(at + CLIENT_MS),
        publicKey,
        usage: x509.ExtendedKeyUsage.clientAuth,
      });
      const made = new ReadCertificate(Buffer.from(certificate.rawData));
      return {
        pem: certificate.toString('pem'),
        fingerprint: fingerprintOf(made),
        serial: made.serialNumber,
        expiresAt: made.validToDate.getTime(),
      };
    },
  };
}

/** SHA-256 of the DER as hex without colons. */
export const fingerprintOf = (certificate: { readonly fingerprint256: string }): string =>
  certificate.fingerprint256.replaceAll(':', '').toLowerCase();

/** 128 bits from the generator, the first bit clear since a serial is a positive integer (RFC 5280, 4.1.2.2). */
function newSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}

async function openRoot(directory: string, now: () => number): Promise<Root> {
  const file = join(directory, ROOT_FILE);
  if (!existsSync(file)) {
    // A new root under edges that trust the old one would shut them all out without a word.
    if (existsSync(join(directory, SERVER_FILE)))
      throw new UserFault(
        `${file}: the authority of the gateway is missing: bring it back from a copy, or delete ${directory} to begin anew and enrol every edge again`,
      );
    return makeRoot(file, now);
  }
  try {
    const { key, cert } = readPair(file);
    const read = new ReadCertificate(cert);
    if (!read.verify(read.publicKey) || !read.checkPrivateKey(createPrivateKey(key)))
      throw new Error('key and certificate do not belong together');
    return { certificate: new x509.X509Certificate(cert), key: await importKey(key) };
  } catch (error) {
    throw new UserFault(
      `${file}: the authority of the gateway cannot be read (${(error as Error).message}): bring it back from a copy`,
    );
  }
}

async function makeRoot(file: string, now: () => number): Promise<Root> {
  const keys = await newKeys();
  const serialNumber = newSerial();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber,
    name: `CN=Quantrac ${serialNumber.slice(-8)}`,
    notBefore: LONG_AGO,
    notAfter: new Date(now() + ROOT_MS),
    keys,
    signingAlgorithm: EC,
    extensions: [
      // It signs what ends a chain and no other authority.
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  writeDurably(file, await pairOf(keys.privateKey, certificate));
  return { certificate, key: keys.privateKey };
}

interface Wanted {
  readonly name: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly publicKey: x509.PublicKeyType;
  readonly usage: x509.ExtendedKeyUsage;
  readonly alternative?: readonly string[];
}

const issue = async (root: Root, wanted: Wanted): Promise<x509.X509Certificate> =>
  x509.X509CertificateGenerator.create({
    serialNumber: newSerial(),
    issuer: root.certificate.subjectName,
    subject: [{ CN: [wanted.name] }],
    notBefore: wanted.notBefore,
    notAfter: wanted.notAfter,
    signingKey: root.key,
    publicKey: wanted.publicKey,
    signingAlgorithm: EC,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([wanted.usage], false),
      await x509.AuthorityKeyIdentifierExtension.create(root.certificate.publicKey),
      ...(wanted.alternative
        ? [
            new x509.SubjectAlternativeNameExtension(
              wanted.alternative.map((value) => ({
                type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const),
                value,
              })),
            ),
          ]
        : []),
    ],
  });

/** Two thirds of its life are over. Counted back from its end, since root and server begin in 1970. */
const isOld = ({ validToDate }: ReadCertificate, at: number): boolean =>
  at > validToDate.getTime() - SERVER_MS / 3;

async function openServer(
  root: Root,
  directory: string,
  names: readonly string[],
  now: () => number,
): Promise<PemPair> {
  try {
    const { key, cert } = readPair(join(directory, SERVER_FILE));
    const read = new ReadCertificate(cert);
    const ours = read.verify(new ReadCertificate(Buffer.from(root.certificate.rawData)).publicKey);
    const named = names.every((name) =>
      isIP(name) ? read.checkIP(name) !== undefined : read.checkHost(name) !== undefined,
    );
    if (ours && named && !isOld(read, now())) return { key, cert };
  } catch {
    // Not there, or not readable: it is made anew, nobody keeps it.
  }
  return makeServer(root, directory, names, now);
}

async function makeServer(
  root: Root,
  directory: string,
  names: readonly string[],
  now: () => number,
): Promise<PemPair> {
  const keys = await newKeys();
  const certificate = await issue(root, {
    name: 'Quantrac broker',
    notBefore: LONG_AGO,
    notAfter: new Date(now() + SERVER_MS),
    publicKey: keys.publicKey,
    usage: x509.ExtendedKeyUsage.serverAuth,
    alternative: names,
  });
  const file = join(directory, SERVER_FILE);
  writeDurably(file, await pairOf(keys.privateKey, certificate));
  return readPair(file);
}

const newKeys = async (): Promise<CryptoKeyPair> =>
  (await webcrypto.subtle.generateKey(EC, true, ['sign', 'verify'])) as CryptoKeyPair;

const pairOf = async (key: CryptoKey, certificate: x509.X509Certificate): Promise<string> =>
  pairText({
    key: x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY'),
    cert: certificate.toString('pem'),
  });

const importKey = async (pem: string): Promise<CryptoKey> =>
  (await webcrypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(pem), EC, true, [
    'sign',
  ])) as CryptoKey;
