/** `quantrac ioc verify`: reads the whole feed of a gateway that runs and proves it. */
import { z } from 'zod';
import { UserFault } from '../../devices/kit/fault.ts';
import { loadSettings, type SettingsSources } from '../../devices/kit/settings.ts';
import { feedKeySchema } from '../../devices/wire/feed.ts';
import { addressOf } from '../api-client.ts';
import { gatewaySettingsSchema } from '../settings.ts';
import { createVerifier, type Received, type Verifier } from './feed-verify.ts';
import { publicKeyOf } from './signing.ts';

export interface VerifyOptions {
  readonly url?: string | undefined;
  readonly token?: string | undefined;
  /** The public key as it was told over another way, base64url; the gateway is asked for it when it is left out. */
  readonly key?: string | undefined;
  readonly json?: boolean | undefined;
}

export interface Verified {
  /** Of the records that hold; first is null when there is none. */
  readonly records: number;
  readonly first: number | null;
  readonly last: number;
  /** The public key, base64url. */
  readonly key: string;
  /** The first that is wrong, and null when all holds. */
  readonly fault: string | null;
}

interface Output {
  /** Whole lines. */
  say(line: string): void;
  /** One line that is written over. */
  progress(text: string): void;
}

const AT_ONCE = 1000;
const PATIENT_MS = 2000;

// Other fields are kept: they are what was hashed.
const pageSchema = z.object({
  records: z.array(z.looseObject({ number: z.int(), hash: z.string(), signature: z.string() })),
  newest: z.int(),
  oldest: z.int(),
  previous: z.string().nullable(),
});
type Page = Omit<z.infer<typeof pageSchema>, 'records'> & { readonly records: readonly Received[] };

/** Answers whether all holds. */
export async function verifyFeed(
  options: VerifyOptions,
  sources: SettingsSources,
  output: Output,
): Promise<boolean> {
  const call = connect(options, sources);
  const key = options.key === undefined ? (await call('key', feedKeySchema)).x : pinned(options.key);
  const begun = performance.now();
  const verified = await verify(
    (after) => call(`feed?after=${after}&limit=${AT_ONCE}`, pageSchema),
    key,
    (last, newest) => {
      if (performance.now() - begun > PATIENT_MS) output.progress(`${last} of ${newest} records`);
    },
  );
  output.progress('');
  if (options.json) output.say(JSON.stringify(verified));
  else for (const line of told(verified)) output.say(line);
  return verified.fault === null;
}

/** From the oldest record that is kept to the newest. `page` answers what comes after a number. */
export async function verify(
  page: (after: number) => Promise<Page>,
  x: string,
  onProgress: (last: number, newest: number) => void,
): Promise<Verified> {
  const key = publicKeyOf({ x });
  let verifier: Verifier | null = null;
  let first: number | null = null;
  const ended = (fault: string | null): Verified => {
    const last = verifier?.last() ?? 0;
    const records = first === null ? 0 : last - first + 1;
    return { records, first: records === 0 ? null : first, last, key: x, fault };
  };
  for (let last = 0; ; ) {
    const { records, newest, oldest, previous } = await page(last);
    if (records.length === 0) {
      const missing = newest > last ? `records after ${last} are missing, and ${newest} is the newest` : null;
      return ended(missing);
    }
    if (verifier === null) {
      first = oldest;
      if (oldest === 1 && previous !== '')
        return ended('record 1: something is said to have been before the first record');
      verifier = createVerifier(key, oldest - 1, previous ?? '');
    }
    for (const record of records) {
      const fault = verifier.take(record);
      if (fault !== null) return ended(fault);
    }
    last = verifier.last();
    onProgress(last, newest);
  }
}

function told({ records, first, last, key, fault }: Verified): string[] {
  if (fault !== null) return [fault, `${records} records before it hold`];
  if (first === null) return ['there are no records yet'];
  return [
    `records ${first} to ${last} hold: none is missing, each hash and signature is right`,
    ...(first > 1 ? [`records before ${first} are no longer kept`] : []),
    `key: ${key}`,
  ];
}

/** 32 bytes as base64url, as `x` of `GET ioc/key`. */
function pinned(key: string): string {
  if (/^[\w-]{43}$/.test(key)) return key;
  throw new UserFault('ioc verify: --key is 43 letters, digits, - and _: the x of GET /api/v1/ioc/key');
}

function connect({ url, token }: VerifyOptions, sources: SettingsSources) {
  const settings = url === undefined ? loadSettings(gatewaySettingsSchema, sources) : null;
  const bearer = token ?? settings?.token ?? process.env.QUANTRAC_TOKEN;
  if (bearer === undefined)
    throw new UserFault('ioc verify: a token is needed, by --token or environment variable QUANTRAC_TOKEN');
  const root = url?.replace(/\/+$/, '') ?? (settings && addressOf(settings.http));
  return async <T>(path: string, schema: z.ZodType<T>): Promise<T> => {
    const address = `${root}/api/v1/ioc/${path}`;
    const response = await fetch(address, { headers: { authorization: `Bearer ${bearer}` } }).catch(
      (cause: unknown) => {
        throw new UserFault(`the gateway does not answer at ${address}`, { cause });
      },
    );
    const answer: unknown = await response.json().catch(() => null);
    if (!response.ok)
      throw new UserFault(
        `${address}: ${response.status} ${(answer as { detail?: string } | null)?.detail ?? ''}`.trim(),
      );
    const parsed = schema.safeParse(answer);
    if (!parsed.success)
      throw new UserFault(`${address} answers something else than a feed: is it a gateway?`);
    return parsed.data;
  };
}
