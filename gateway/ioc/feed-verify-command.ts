/** `quantrac ioc verify`: reads the whole feed, or another chain, of a gateway that runs and proves it. */
import { z } from 'zod';
import { UserFault } from '../../devices/kit/fault.ts';
import { loadSettings, type SettingsSources } from '../../devices/kit/settings.ts';
import { feedKeySchema } from '../../devices/wire/feed.ts';
import { addressOf } from '../api-client.ts';
import { gatewaySettingsSchema } from '../settings.ts';
import { type ChainWords, createVerifier, FEED_WORDS, type Received, type Verifier } from './feed-verify.ts';
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
  /** Hash of the last that holds, '' when none does: whoever keeps it elsewhere proves with it that nothing before was changed. */
  readonly head: string;
  /** The public key, base64url. */
  readonly key: string;
  /** The first that is wrong, and null when all holds. */
  readonly fault: string | null;
}

export interface Output {
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

export type ChainPage = Omit<z.infer<typeof pageSchema>, 'records'> & {
  readonly records: readonly Received[];
};

/** Of what is below `/api/v1/`. */
export type Call = <T>(path: string, schema: z.ZodType<T>) => Promise<T>;
export type Anchors = ReadonlyMap<number, string>;

/** A chain that the gateway answers by pages, sealed with the key of `GET ioc/key`. */
export interface KeptChain {
  readonly words: ChainWords;
  /** As one types it. */
  readonly command: string;
  /** Below `/api/v1/`; asked with `after` and `limit`. */
  readonly path: string;
  readonly page: z.ZodType<ChainPage>;
  /** Hashes by number that are known from elsewhere. */
  anchors?(call: Call): Promise<Anchors>;
}

const FEED: KeptChain = { words: FEED_WORDS, command: 'ioc verify', path: 'ioc/feed', page: pageSchema };

/** Answers whether all holds. */
export const verifyFeed = (
  options: VerifyOptions,
  sources: SettingsSources,
  output: Output,
): Promise<boolean> => verifyChain(FEED, options, sources, output);

export async function verifyChain(
  { words, command, path, page, anchors }: KeptChain,
  options: VerifyOptions,
  sources: SettingsSources,
  output: Output,
): Promise<boolean> {
  const call = connect(options, sources, command);
  const key =
    options.key === undefined ? (await call('ioc/key', feedKeySchema)).x : pinned(options.key, command);
  const known = await anchors?.(call);
  const begun = performance.now();
  const verified = await verify(
    (after) => call(`${path}?after=${after}&limit=${AT_ONCE}`, page),
    key,
    (last, newest) => {
      if (performance.now() - begun > PATIENT_MS) output.progress(`${last} of ${newest} ${words.many}`);
    },
    words,
    known,
  );
  output.progress('');
  if (options.json) output.say(JSON.stringify(verified));
  else for (const line of told(verified, words)) output.say(line);
  return verified.fault === null;
}

/** From the oldest record that is kept to the newest. `page` answers what comes after a number. */
export async function verify(
  page: (after: number) => Promise<ChainPage>,
  x: string,
  onProgress: (last: number, newest: number) => void,
  words: ChainWords = FEED_WORDS,
  anchors: Anchors = new Map(),
): Promise<Verified> {
  const key = publicKeyOf({ x });
  let verifier: Verifier | null = null;
  let first: number | null = null;
  const ended = (fault: string | null): Verified => {
    const last = verifier?.last() ?? 0;
    const head = verifier?.lastHash() ?? '';
    const records = first === null ? 0 : last - first + 1;
    return { records, first: records === 0 ? null : first, last, head, key: x, fault };
  };
  for (let last = 0; ; ) {
    const { records, newest, oldest, previous } = await page(last);
    if (records.length === 0) {
      const known = [...anchors.keys()].reduce((most, number) => Math.max(most, number), newest);
      return ended(known > last ? `${words.many} after ${last} are missing: there were ${known}` : null);
    }
    if (verifier === null) {
      first = oldest;
      if (oldest === 1 && previous !== '')
        return ended(`${words.one} 1: something is said to have been before the first ${words.one}`);
      verifier = createVerifier(key, oldest - 1, previous ?? '', words);
    }
    for (const record of records) {
      const anchor = anchors.get(record.number);
      // Before it counts as one that holds.
      if (anchor !== undefined && anchor !== record.hash)
        return ended(
          `${words.one} ${record.number}: its hash is not the one that was told when it was written`,
        );
      const fault = verifier.take(record);
      if (fault !== null) return ended(fault);
    }
    last = verifier.last();
    onProgress(last, newest);
  }
}

function told({ records, first, last, head, key, fault }: Verified, { one, many }: ChainWords): string[] {
  if (fault !== null) return [fault, `${records} ${many} before it hold`];
  if (first === null) return [`there are no ${many} yet`];
  return [
    `${many} ${first} to ${last} hold: none is missing, each hash and signature is right`,
    ...(first > 1 ? [`${many} before ${first} are no longer kept`] : []),
    `hash of ${one} ${last}: ${head}`,
    `key: ${key}`,
  ];
}

/** 32 bytes as base64url, as `x` of `GET ioc/key`. */
function pinned(key: string, command: string): string {
  if (/^[\w-]{43}$/.test(key)) return key;
  throw new UserFault(`${command}: --key is 43 letters, digits, - and _: the x of GET /api/v1/ioc/key`);
}

function connect({ url, token }: VerifyOptions, sources: SettingsSources, command: string): Call {
  const settings = url === undefined ? loadSettings(gatewaySettingsSchema, sources) : null;
  const bearer = token ?? settings?.token ?? process.env.QUANTRAC_TOKEN;
  if (bearer === undefined)
    throw new UserFault(`${command}: a token is needed, in the environment variable QUANTRAC_TOKEN`);
  const root = url?.replace(/\/+$/, '') ?? (settings && addressOf(settings.http));
  return async <T>(path: string, schema: z.ZodType<T>): Promise<T> => {
    const address = `${root}/api/v1/${path}`;
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
      throw new UserFault(`${address} answers something else than it should: is it a gateway?`);
    return parsed.data;
  };
}
