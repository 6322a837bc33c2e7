/** A box with a code becomes an edge with a certificate. Its keys are made here; only their public halves leave. */
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerMac, enrolKeys, isMac, requestMac } from '../../devices/kit/enrol-mac.ts';
import { UserFault } from '../../devices/kit/fault.ts';
import {
  type EnrolAnswer,
  type EnrolRequest,
  enrolAnswerSchema,
  parseCode,
} from '../../devices/wire/identity.ts';
import { makeCsr } from './csr.ts';
import { certificateFault, type EdgeIdentity } from './files.ts';

export interface EnrolOptions {
  /** http:// or https:// address of the gateway. */
  readonly url: string;
  /** As a person typed it. */
  readonly code: string;
  /** By the edge file. */
  readonly edge: string;
  /** Of the key that batches are signed with: SPKI, base64url. */
  readonly signingKey: string;
  /** Between two tries of a line that fails. */
  readonly pauseMs?: number;
}

const TRIES = 3;
const PAUSE_MS = 2000;
const TIMEOUT_MS = 15_000;
const MOST_ANSWER = 64 * 1024;

/** Throws a UserFault that says in words why there is no certificate. Nothing is written here. */
export async function enrol(
  options: EnrolOptions,
): Promise<Pick<EdgeIdentity, 'url' | 'ca' | 'cert' | 'key'>> {
  const code = parseCode(options.code);
  if (code === null)
    throw new UserFault('--code: this is no code: it has 20 letters and digits, as K7QF-2M9T-0ABC-DEFG-HJKM');
  const keys = enrolKeys(code);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const csr = makeCsr(options.edge, privateKey);
  const said = { code: code.name, edge: options.edge, csr, signing_key: options.signingKey };
  const request: EnrolRequest = { ...said, mac: requestMac(keys.request, said) };
  const answer = await ask(options, request);
  const { mac, ...told } = answer;
  if (!isMac(mac, answerMac(keys.answer, request.mac, told)))
    throw new UserFault(
      `${options.url}: what answered does not know the code: either this is not the gateway that made it, or somebody on the way changes what is said. Nothing was kept; ask the centre for a new code`,
    );
  const fault = certificateFault(told.certificate, {
    ca: told.ca,
    key: createPrivateKey(key),
    edge: options.edge,
  });
  if (fault !== null) throw new UserFault(`${options.url}: ${fault}`);
  return { url: told.url, ca: told.ca, cert: told.certificate, key };
}

/** The same request again when the line fails: a gateway that has answered it gives the same answer. */
async function ask(options: EnrolOptions, request: EnrolRequest): Promise<EnrolAnswer> {
  const address = new URL('/api/v1/enrol', options.url);
  for (let tries = 1; ; tries++) {
    try {
      return await post(address, request);
    } catch (error) {
      if (error instanceof UserFault) throw error;
      const reason = ((error as Error).cause as Error | undefined)?.message || (error as Error).message;
      if (tries === TRIES)
        throw new UserFault(
          `${address.origin}: no gateway answers there (${reason}): check address and line`,
        );
      await sleep(options.pauseMs ?? PAUSE_MS);
    }
  }
}

async function post(address: URL, request: EnrolRequest): Promise<EnrolAnswer> {
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
    // What is elsewhere is another gateway.
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const text = await readBounded(response);
  if (!response.ok) throw new UserFault(`${address.origin} refused: ${reasonIn(text, response.status)}`);
  const answer = enrolAnswerSchema.safeParse(parsed(text));
  if (!answer.success) throw new UserFault(`${address.origin}: this is no answer of a gateway: check --url`);
  return answer.data;
}

async function readBounded(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > MOST_ANSWER) throw new UserFault(`${response.url}: the answer is too long for a gateway's`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/** Whoever sits on the way may have written it: it is shown as one short line. */
function reasonIn(text: string, status: number): string {
  const { detail } = (parsed(text) ?? {}) as { detail?: unknown };
  return typeof detail === 'string' ? detail.replace(/\p{Cc}/gu, ' ').slice(0, 300) : `HTTP ${status}`;
}
