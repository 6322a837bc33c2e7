/** `quantrac audit list`: the audit log of a gateway that runs, as a table. */
import type { SettingsSources } from '../../devices/kit/settings.ts';
import { type AuditEntry, auditPageSchema } from '../../devices/wire/audit.ts';
import { connectApi } from '../api-client.ts';

export interface ListOptions {
  readonly station?: string | undefined;
  readonly who?: string | undefined;
  readonly action?: string | undefined;
  readonly area?: string | undefined;
  /** Epoch ms. */
  readonly since?: number | undefined;
  /** Entries at most. */
  readonly limit: number;
  /** One JSON object a line instead of a table. */
  readonly json?: boolean | undefined;
}

const AT_ONCE = 200;
/** Of before and after in a line of text. */
const SHOWN_CHARACTERS = 160;

/** Newest first. */
export async function listAudit(
  sources: SettingsSources,
  { limit, json, since, ...wanted }: ListOptions,
  say: (line: string) => void,
): Promise<void> {
  const call = connectApi(sources, 'audit', 'operator');
  const query = new URLSearchParams({ limit: String(Math.min(limit, AT_ONCE)) });
  for (const [name, value] of Object.entries({ ...wanted, from: since }))
    if (value !== undefined) query.set(name, String(value));
  if (!json) say(row(['number', 'time', 'who', 'from', 'action', 'what', 'area']));
  let shown = 0;
  for (let next: number | null = null; ; ) {
    if (next !== null) query.set('after', String(next));
    const page = await call(auditPageSchema, `?${query}`);
    for (const entry of page.entries.slice(0, limit - shown))
      for (const line of json ? [JSON.stringify(entry)] : linesOf(entry)) say(line);
    shown += page.entries.length;
    next = page.next;
    if (next === null || shown >= limit) break;
  }
  if (!json) say(`${Math.min(shown, limit)} entries`);
}

const WIDTHS = [8, 24, 16, 16, 22, 32, 0];
const row = (cells: readonly string[]): string =>
  cells
    .map((cell, index) => printable(cell).padEnd(WIDTHS[index] ?? 0))
    .join(' ')
    .trimEnd();

function linesOf(entry: AuditEntry): string[] {
  const { number, at, who, from, action, what, area, before, after, reason } = entry;
  const sides = [
    ['before', before],
    ['after', after],
  ].flatMap(([name, side]) =>
    side === null || side === undefined ? [] : [`         ${name}: ${cut(printable(JSON.stringify(side)))}`],
  );
  return [
    row([String(number), new Date(at).toISOString(), who, from, action, what, area ?? '']),
    ...sides,
    ...(reason === null ? [] : [`         reason: ${printable(reason)}`]),
  ];
}

const cut = (text: string): string =>
  text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;

/** Reasons are typed by people: what would move the cursor of a terminal, or pretend to be a line, does not. */
const printable = (text: string): string => text.replace(/\p{C}/gu, ' ');
