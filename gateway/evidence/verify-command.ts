/**
 * `quantrac audit verify --station`: proves that what is stored is what was measured. The gateway hands out what it has kept;
 * hashes, signatures and values are checked here, so that nobody needs to believe it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { UserFault } from '../../devices/kit/fault.ts';
import { loadSettings, type SettingsSources } from '../../devices/kit/settings.ts';
import { DAY_MS, dayBounds, dayStart } from '../../devices/local-time.ts';
import { publicKeySchema } from '../../devices/wire/identity.ts';
import { decodeSenml } from '../../devices/wire/senml.ts';
import { addressOf } from '../api-client.ts';
import { gatewaySettingsSchema } from '../settings.ts';
import type { Stored } from './compare.ts';
import { type Gap, WHY } from './gaps.ts';
import { type Line, lineSchema } from './lines.ts';
import { type Patience, patiently } from './patience.ts';
import { createVerification, type Ending, type Verified } from './verify.ts';
import { when } from './walk.ts';

export interface VerifyOptions {
  readonly station: string;
  /** Vietnamese days, `to` with its whole day, or ISO times; `to` is now when absent. */
  readonly from: string;
  readonly to?: string | undefined;
  readonly url?: string | undefined;
  readonly token?: string | undefined;
  /** Public keys as they are known over another way; those that the gateway has pinned when left out. */
  readonly key?: readonly string[] | undefined;
  readonly json?: boolean | undefined;
}

interface Output {
  /** Whole lines. */
  say(line: string): void;
  /** One line that is written over. */
  progress(text: string): void;
  /** Whole lines that are no part of the result. */
  note(line: string): void;
}

const PATIENT_MS = 2000;
export async function verifyReadings(
  options: VerifyOptions,
  sources: SettingsSources,
  output: Output,
  wait: Patience['wait'] = sleep,
): Promise<Ending> {
  const call = connect(options, sources, { note: output.note, wait, now: Date.now });
  const { station } = options;
  const [from, to] = [moment('from', options.from, 'from'), moment('to', options.to, 'to')];
  if (from >= to) throw new UserFault('audit verify: --from must be before --to');
  for (const key of options.key ?? [])
    if (!publicKeySchema.safeParse(key).success)
      throw new UserFault(
        `audit verify: --key ${key.slice(0, 80)}: an edge's public key has 59 letters, digits, - and _`,
      );
  const begun = performance.now();
  const verification = createVerification(station, options.key ?? null);
  for (let start = from; start < to; ) {
    const end = Math.min(to, dayStart(start) + DAY_MS);
    if (performance.now() - begun > PATIENT_MS) output.progress(when(start));
    const evidence = () => readEvidence(call, { station, from: start, to: end });
    const lines = await evidence();
    const stored = await readStored(call, { station, from: start, to: end }, lines);
    // What was stored meanwhile is proved by what came meanwhile.
    if (!verification.take(start, end, lines, stored, 'if it holds'))
      verification.take(start, end, await evidence(), stored, 'as it is');
    start = end;
  }
  output.progress('');
  const verified = verification.result(from, to);
  if (options.json) output.say(JSON.stringify(verified));
  else for (const line of told(verified)) output.say(line);
  return verified.ending;
}

function told(verified: Verified): string[] {
  const { station, from, to, counts, batches, heads, edges, first, faults, gaps, believed_since } = verified;
  const lines = [
    `${station}, ${when(from)} to ${when(to)}`,
    `${counts.proved} readings are proved: stored as they were measured, under a signed head`,
    `${batches} batches and ${heads} signed heads were followed`,
  ];
  for (const { edge, keys } of edges) for (const key of keys) lines.push(`edge ${edge}: key ${key}`);
  if (edges.some(({ given }) => !given)) {
    const since =
      believed_since === null ? '' : `, and that ${station} is chained since ${when(believed_since)}`;
    lines.push(
      `believed of this gateway, without proof: these keys${since}; --key with the key from the edge needs no such trust`,
    );
  }
  if (first !== null) lines.push(`contradicted: ${faults} things are wrong, first of all:`, first);
  if (gaps.length > 0)
    lines.push(first === null ? 'not proved, and nothing contradicts:' : 'besides, not proved:');
  for (const gap of gaps) lines.push(saidOf(gap), ...(gap.first === null ? [] : [`    first: ${gap.first}`]));
  if (first === null && gaps.length === 0) lines.push('all that is stored is proved');
  return lines;
}

function saidOf({ why, readings, from, to }: Gap): string {
  const minutes = Math.ceil((to - from) / 60_000);
  const much = readings > 0 ? `${readings} readings, ` : minutes > 0 ? `${minutes} minutes, ` : '';
  const time = from === to ? `of ${when(from)}` : `${when(from)} to ${when(to)}`;
  return `  ${much}${time}: ${WHY[why]}`;
}

/** Epoch ms; a day is the begin of it, or for `to` its end. */
function moment(name: string, text: string | undefined, side: 'from' | 'to'): number {
  if (text === undefined) return Date.now();
  const day = dayBounds(text);
  const at = day?.[side] ?? (/^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN);
  if (Number.isNaN(at))
    throw new UserFault(`audit verify: --${name} ${text}: a day as 2026-11-01, or an ISO time`);
  return at;
}

type Call = (path: string) => Promise<Response>;
interface Span {
  readonly station: string;
  readonly from: number;
  readonly to: number;
}

async function readEvidence(call: Call, { station, from, to }: Span): Promise<Line[]> {
  const response = await call(`evidence/${station}?from=${from}&to=${to}`);
  const lines: Line[] = [];
  let rest = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const texts = (rest + chunk).split('\n');
    rest = texts.pop() ?? '';
    for (const text of texts) lines.push(lineOf(text, response.url));
  }
  if (lines.at(-1)?.kind !== 'end') throw new UserFault(`${response.url}: the answer was cut off`);
  return lines;
}

function lineOf(text: string, address: string): Line {
  try {
    return lineSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new UserFault(`${address} answers something else than evidence: is it a gateway?`, { cause });
  }
}

const recordsSchema = z.array(z.looseObject({ bn: z.string().optional() }));

/** What the export says: of all parameters of the station, and of those that its batches have. */
async function readStored(call: Call, span: Span, lines: readonly Line[]): Promise<Stored[]> {
  const { station, from, to } = span;
  const ask = async (more: string): Promise<Stored[]> => {
    const response = await call(`export?station=${station}&from=${from}&to=${to}&format=senml${more}`);
    return storedOf(recordsSchema.parse(await response.json()), station);
  };
  const stored = await ask('');
  const known = new Set(stored.map(({ parameter }) => parameter));
  const others = new Set<string>();
  for (const line of lines) {
    if (line.kind !== 'batch') continue;
    const decoded = decodeSenml(Buffer.from(line.payload, 'base64'), station, line.received_at);
    if (decoded.kind === 'records')
      for (const { parameter } of decoded.readings) if (!known.has(parameter)) others.add(parameter);
  }
  return others.size === 0 ? stored : [...stored, ...(await ask(`&parameter=${[...others].join()}`))];
}

/** Pages begin with their base fields, and none is longer than a payload may be. */
function storedOf(records: z.infer<typeof recordsSchema>, station: string): Stored[] {
  const starts = records.flatMap((record, index) => (record.bn === undefined ? [] : [index]));
  return starts.flatMap((start, index) => {
    const page = records.slice(start, starts[index + 1] ?? records.length);
    const decoded = decodeSenml(JSON.stringify(page), station, 0);
    if (decoded.kind !== 'records' || decoded.refused.length > 0)
      throw new UserFault(`the export of ${station} cannot be read`);
    return decoded.readings;
  });
}

function connect({ url, token }: VerifyOptions, sources: SettingsSources, patience: Patience): Call {
  const settings = url === undefined ? loadSettings(gatewaySettingsSchema, sources) : null;
  const bearer = token ?? settings?.token ?? process.env.QUANTRAC_TOKEN;
  if (bearer === undefined)
    throw new UserFault('audit verify: a token is needed, in the environment variable QUANTRAC_TOKEN');
  const root = url?.replace(/\/+$/, '') ?? (settings && addressOf(settings.http));
  return async (path) => {
    const address = `${root}/api/v1/${path}`;
    const ask = () =>
      fetch(address, { headers: { authorization: `Bearer ${bearer}` } }).catch((cause: unknown) => {
        throw new UserFault(`the gateway does not answer at ${address}`, { cause });
      });
    const response = await patiently(ask, patience);
    if (response.ok) return response;
    const answer = (await response.json().catch(() => null)) as { detail?: string } | null;
    throw new UserFault(`${address}: ${response.status} ${answer?.detail ?? ''}`.trim());
  };
}
