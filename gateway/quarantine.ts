/** What could never be accepted, kept with its reason: acknowledged so that it is not sent again for ever. */
import type { QuarantineEntry } from '../devices/wire/api.ts';
import type { Ledger } from './ledger.ts';

/** When full, the oldest entry of the client that has the most goes; the count of all that came is in the metrics. */
const BOUNDS: QuarantineBounds = { entries: 10_000, bytes: 256 * 1024 * 1024 };
/** Every payload that could be accepted is kept whole; of a larger one so much as shows what it is. */
const MAX_WHOLE = 1024 * 1024;
const SAMPLE = 16_384;
/** A list shows so many characters of a payload; the entry by itself shows it all. */
const PREVIEW = 2000;

export interface QuarantineBounds {
  readonly entries: number;
  readonly bytes: number;
}

/** What is put in; the reason is shown as it is. */
export type Refused = Pick<QuarantineEntry, 'client' | 'topic' | 'reason' | 'records' | 'payload'>;

export interface QuarantineFilter {
  readonly client?: string | undefined;
  /** A part of the reason. */
  readonly reason?: string | undefined;
  readonly before?: number | undefined;
  readonly after?: number | undefined;
}

export interface Quarantine {
  /** Returns when it is on disk: entries of one turn of the event loop are written together. */
  add(entry: Refused): Promise<void>;
  /** Newest first, with the beginning of the payload. */
  list(limit: number, filter?: QuarantineFilter): QuarantineEntry[];
  /** The oldest that fit, by id. */
  ids(limit: number, filter?: QuarantineFilter): number[];
  get(id: number): QuarantineEntry | undefined;
  /** It was tried again and this is left of it. */
  keep(id: number, rest: Pick<Refused, 'reason' | 'records' | 'payload'>): void;
  /** Answers how many there were. */
  remove(ids: readonly number[]): number;
  count(): number;
  bytes(): number;
}

const COLUMNS = 'id, at, client, topic, reason, records, size, size = kept AS whole';
const WHERE =
  'id < :before AND id > :after AND (:client IS NULL OR client = :client) AND (:reason IS NULL OR instr(reason, :reason) > 0)';

export function createQuarantine(
  ledger: Ledger,
  now: () => number,
  bounds: QuarantineBounds = BOUNDS,
): Quarantine {
  const { db } = ledger;
  const insert = db.prepare(
    'INSERT INTO quarantine (at, client, topic, reason, records, payload, size, kept) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const update = db.prepare(
    'UPDATE quarantine SET reason = ?, records = ?, payload = ?, size = ?, kept = ? WHERE id = ?',
  );
  const oldest = db.prepare('SELECT id FROM quarantine WHERE client = ? ORDER BY id LIMIT 1');
  const measure = db.prepare('SELECT client, kept FROM quarantine WHERE id = ?');
  const drop = db.prepare('DELETE FROM quarantine WHERE id = ?');
  const selectList = db.prepare(
    `SELECT ${COLUMNS}, substr(payload, 1, ${PREVIEW}) AS payload FROM quarantine WHERE ${WHERE} ORDER BY id DESC LIMIT :limit`,
  );
  const selectIds = db.prepare(`SELECT id FROM quarantine WHERE ${WHERE} ORDER BY id LIMIT :limit`);
  const selectOne = db.prepare(`SELECT ${COLUMNS}, payload FROM quarantine WHERE id = ?`);

  const held = createHoldings();
  for (const row of db.prepare('SELECT client, kept FROM quarantine').iterate()) {
    held.add(String(row.client), Number(row.kept));
  }

  const remove = (id: number): boolean => {
    const row = measure.get(id) as { client: string; kept: number } | undefined;
    if (row === undefined) return false;
    drop.run(id);
    held.remove(row.client, row.kept);
    return true;
  };
  const trim = (): void => {
    while (held.entries() > bounds.entries || held.bytes() > bounds.bytes) {
      const row = oldest.get(held.largest()) as { id: number } | undefined;
      if (row === undefined) return;
      remove(row.id);
    }
  };

  let pending: { readonly entry: Refused; readonly at: number }[] = [];
  let writing: Promise<void> | null = null;
  const write = (): void => {
    const entries = pending;
    pending = [];
    writing = null;
    ledger.transaction(() => {
      for (const { entry, at } of entries) {
        const { payload, size, kept } = fit(entry.payload);
        const { client, topic, reason, records } = entry;
        insert.run(at, client, topic.slice(0, 300), reason.slice(0, 500), records, payload, size, kept);
        held.add(client, kept);
        trim();
      }
    });
  };

  const parameters = ({ client, reason, before, after }: QuarantineFilter, limit: number) => ({
    client: client ?? null,
    reason: reason ?? null,
    before: before ?? Number.MAX_SAFE_INTEGER,
    after: after ?? 0,
    limit,
  });
  const entryOf = (row: object): QuarantineEntry =>
    ({ ...row, whole: (row as { whole: unknown }).whole === 1 }) as QuarantineEntry;

  return {
    add(entry) {
      pending.push({ entry, at: now() });
      writing ??= new Promise<void>((resolve) => setImmediate(resolve)).then(write);
      return writing;
    },
    list: (limit, filter = {}) => selectList.all(parameters(filter, limit)).map(entryOf),
    ids: (limit, filter = {}) => selectIds.all(parameters(filter, limit)).map(({ id }) => Number(id)),
    get(id) {
      const row = selectOne.get(id);
      return row && entryOf(row);
    },
    keep: (id, rest) =>
      ledger.transaction(() => {
        const row = measure.get(id) as { client: string; kept: number } | undefined;
        if (row === undefined) return;
        const { payload, size, kept } = fit(rest.payload);
        update.run(rest.reason.slice(0, 500), rest.records, payload, size, kept, id);
        held.remove(row.client, row.kept);
        held.add(row.client, kept);
      }),
    remove: (ids) => ledger.transaction(() => ids.filter(remove).length),
    count: held.entries,
    bytes: held.bytes,
  };
}

/** A payload as it is kept, with its own size and the kept one, in bytes. */
function fit(payload: string): { readonly payload: string; readonly size: number; readonly kept: number } {
  const size = Buffer.byteLength(payload);
  if (size <= MAX_WHOLE) return { payload, size, kept: size };
  const sample = payload.slice(0, SAMPLE);
  return { payload: sample, size, kept: Buffer.byteLength(sample) };
}

/** Entries and bytes of each client. */
function createHoldings() {
  const clients = new Map<string, { entries: number; bytes: number }>();
  let entries = 0;
  let bytes = 0;
  const change = (client: string, entriesBy: number, bytesBy: number): void => {
    const mine = clients.get(client) ?? { entries: 0, bytes: 0 };
    clients.set(client, mine);
    mine.entries += entriesBy;
    mine.bytes += bytesBy;
    entries += entriesBy;
    bytes += bytesBy;
    if (mine.entries === 0) clients.delete(client);
  };
  return {
    add: (client: string, size: number) => change(client, 1, size),
    remove: (client: string, size: number) => change(client, -1, -size),
    entries: () => entries,
    bytes: () => bytes,
    /** Who has the largest part, in entries or bytes, whichever of the two there is more of. */
    largest(): string {
      const weight = (mine: { entries: number; bytes: number }) =>
        mine.entries / Math.max(entries, 1) + mine.bytes / Math.max(bytes, 1);
      let largest = '';
      let most = -1;
      for (const [client, mine] of clients) {
        if (weight(mine) <= most) continue;
        most = weight(mine);
        largest = client;
      }
      return largest;
    },
  };
}
