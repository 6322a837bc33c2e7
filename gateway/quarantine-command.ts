/** The command `quarantine`: reads and runs again over the API of a gateway that runs, which alone writes its ledger. */
import { z } from 'zod';
import type { SettingsSources } from '../devices/kit/settings.ts';
import { quarantineEntrySchema, rerunAnswerSchema } from '../devices/wire/api.ts';
import { connectApi } from './api-client.ts';

export interface QuarantineOptions {
  readonly client?: string | undefined;
  readonly reason?: string | undefined;
  readonly limit: number;
  readonly json?: boolean | undefined;
}

const listSchema = z.object({ entries: z.array(quarantineEntrySchema), count: z.int() });
const rerunSchema = z.object({ entries: z.array(rerunAnswerSchema), next: z.int().nullable() });
/** The API runs so many again in one request. */
const AT_ONCE = 500;

export async function listQuarantine(
  sources: SettingsSources,
  { json, limit, client, reason }: QuarantineOptions,
  say: (line: string) => void,
): Promise<void> {
  const query = new URLSearchParams({ limit: String(Math.min(limit, AT_ONCE)) });
  if (client !== undefined) query.set('client', client);
  if (reason !== undefined) query.set('reason', reason);
  const { entries, count } = await connectApi(sources, 'quarantine', 'technician')(listSchema, `?${query}`);
  if (json) return say(JSON.stringify({ entries, count }));
  for (const { id, at, topic, records, reason: why } of entries)
    say(`${id}  ${new Date(at).toISOString()}  ${topic}  ${records} records  ${why}`);
  say(`${entries.length} of ${count} entries`);
}

/** Answers whether everything passed. */
export async function rerunQuarantine(
  sources: SettingsSources,
  { json, limit, client, reason }: QuarantineOptions,
  say: (line: string) => void,
): Promise<boolean> {
  const call = connectApi(sources, 'quarantine', 'technician');
  const entries: z.infer<typeof rerunAnswerSchema>[] = [];
  let after: number | null = 0;
  while (after !== null && entries.length < limit) {
    const body = { client, reason, after, limit: Math.min(limit - entries.length, AT_ONCE) };
    const answer: z.infer<typeof rerunSchema> = await call(rerunSchema, '/rerun', body);
    entries.push(...answer.entries);
    after = answer.next;
  }
  const left = entries.filter(({ passed }) => !passed);
  if (json) say(JSON.stringify({ entries }));
  else {
    for (const { id, reason: why } of left) say(`${id}  stays: ${why}`);
    const stored = entries.reduce((sum, entry) => sum + entry.stored, 0);
    say(`${entries.length} entries run again: ${stored} readings stored, ${left.length} entries stay`);
  }
  return left.length === 0;
}
