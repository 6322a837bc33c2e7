/** What of CAP is in the ledger: chains, the alerts in them, what was drafted for them and what went out. */
import type { Ledger } from '../../ledger.ts';
import type { Content } from './content.ts';
import type { Member } from './member.ts';

/** Messages that follow each other: the first is an Alert, what follows refers to all before it that still hold. */
export interface Chain {
  readonly id: number;
  readonly key: string;
  /** A person has seen the fire. */
  readonly confirmed: boolean;
}

/** `cleared`: readings ended it; `dropped`: something else did, such as that its limit was taken away. */
export type MemberState = 'standing' | 'cleared' | 'dropped' | 'retracted';

export interface KeptMember {
  readonly chain: number;
  readonly state: MemberState;
  readonly member: Member;
}

/** `overtaken`: it came to nothing, since something newer is to be said. */
export const DRAFT_STATES = ['pending', 'published', 'refused', 'overtaken'] as const;
export type DraftState = (typeof DRAFT_STATES)[number];

export interface Draft {
  readonly number: number;
  readonly chain: number;
  /** Epoch ms. */
  readonly madeAt: number;
  readonly state: DraftState;
  readonly content: Content;
  /** Who approved or refused it; null: nobody has, nobody had to, or it broke the rules of CAP. */
  readonly decidedBy: string | null;
  readonly decidedAt: number | null;
  readonly reason: string | null;
}

interface DraftRow {
  readonly number: number;
  readonly chain: number;
  readonly made_at: number;
  readonly state: DraftState;
  readonly body: string;
  readonly decided_by: string | null;
  readonly decided_at: number | null;
  readonly reason: string | null;
}

export interface OpenChain {
  readonly id: number;
  /** Epoch ms: something waits to be said until then; null: nothing does. */
  readonly settleAt: number | null;
}

/** What is known of a message that went out, but for the document: that of a large incident has hundreds of kilobytes. */
export interface PublishedHead {
  /** Ascends in the order in which they went out. */
  readonly number: number;
  readonly chain: number;
  readonly draft: number;
  readonly identifier: string;
  readonly sender: string;
  readonly type: 'Alert' | 'Update' | 'Cancel';
  /** Epoch ms, whole seconds. */
  readonly sent: number;
  readonly expires: number;
  readonly headline: string;
}

/** A message that went out. */
export interface Published extends PublishedHead {
  readonly xml: string;
}

export type CapRows = ReturnType<typeof createCapRows>;

export function createCapRows({ db }: Ledger) {
  const progress = db.prepare('SELECT number FROM cap_progress WHERE id = 1');
  const setProgress = db.prepare(
    'INSERT INTO cap_progress VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET number = excluded.number',
  );
  const chainById = db.prepare('SELECT id, key, confirmed_by FROM cap_chain WHERE id = ? AND open = 1');
  const chainByKey = db.prepare('SELECT id FROM cap_chain WHERE key = ? AND open = 1');
  const newChain = db.prepare('INSERT INTO cap_chain (key, open) VALUES (?, 1) RETURNING id');
  const closeChain = db.prepare('UPDATE cap_chain SET open = 0 WHERE id = ?');
  const confirm = db.prepare('UPDATE cap_chain SET confirmed_by = ?, confirmed_reason = ? WHERE id = ?');
  const inheritConfirmed = db.prepare(
    `UPDATE cap_chain SET (confirmed_by, confirmed_reason) = (SELECT confirmed_by, confirmed_reason FROM cap_chain WHERE id = ?)
     WHERE id = ? AND confirmed_by IS NULL`,
  );
  const openChains = db.prepare(
    'SELECT id, settle_at AS settleAt FROM cap_chain WHERE open = 1 AND id > ? ORDER BY id LIMIT ?',
  );
  const setSettleAt = db.prepare('UPDATE cap_chain SET settle_at = ? WHERE id = ?');
  const member = db.prepare('SELECT chain, state, body FROM cap_member WHERE alert = ?');
  const membersOf = db.prepare('SELECT chain, state, body FROM cap_member WHERE chain = ? ORDER BY rowid');
  const putMember = db.prepare(
    `INSERT INTO cap_member (alert, chain, state, body) VALUES (?, ?, 'standing', ?)
     ON CONFLICT (alert) DO UPDATE SET chain = excluded.chain, state = 'standing', body = excluded.body`,
  );
  const endMember = db.prepare('UPDATE cap_member SET state = ? WHERE alert = ?');
  const removeMembers = db.prepare('DELETE FROM cap_member WHERE chain = ?');
  const insertDraft = db.prepare(
    "INSERT INTO cap_draft (chain, made_at, state, body) VALUES (?, ?, 'pending', ?) RETURNING *",
  );
  const decide = db.prepare(
    'UPDATE cap_draft SET state = ?, decided_by = ?, decided_at = ?, reason = ? WHERE number = ?',
  );
  const DRAFT = 'SELECT number, chain, made_at, state, body, decided_by, decided_at, reason FROM cap_draft';
  const draft = db.prepare(`${DRAFT} WHERE number = ?`);
  const pending = db.prepare(`${DRAFT} WHERE chain = ? AND state = 'pending' ORDER BY number DESC LIMIT 1`);
  const decided = db.prepare(
    `${DRAFT} WHERE chain = ? AND state IN ('published', 'refused') ORDER BY number DESC LIMIT 1`,
  );
  const drafts = db.prepare(
    `${DRAFT} WHERE (?1 = 'all' OR state = ?1) AND number < ?2 ORDER BY number DESC LIMIT ?3`,
  );
  const insertMessage = db.prepare(
    `INSERT INTO cap_message (chain, draft, year, serial, identifier, sender, type, sent, expires, headline, xml)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const lastSerial = db.prepare('SELECT coalesce(max(serial), 0) AS serial FROM cap_message WHERE year = ?');
  const HEAD = 'number, chain, draft, identifier, sender, type, sent, expires, headline';
  const MESSAGE = `SELECT ${HEAD}, xml FROM cap_message`;
  const unexpired = db.prepare(
    `SELECT ${HEAD} FROM cap_message WHERE chain = ? AND expires > ? ORDER BY number`,
  );
  const byIdentifier = db.prepare(`${MESSAGE} WHERE identifier = ?`);
  const byDraft = db.prepare(`SELECT ${HEAD} FROM cap_message WHERE draft = ?`);
  const after = db.prepare(`${MESSAGE} WHERE number > ? ORDER BY number LIMIT ?`);
  const newest = db.prepare('SELECT coalesce(max(number), 0) AS number FROM cap_message');
  // The newest of a chain takes the place of those before it.
  const inForce = db.prepare(
    `SELECT ${HEAD} FROM cap_message AS message
     WHERE expires > ? AND number = (SELECT max(number) FROM cap_message WHERE chain = message.chain) ORDER BY number DESC LIMIT ?`,
  );
  // The last serial of a year stays, and with it the newest message: neither serial nor number must come twice.
  const removeMessages = db.prepare(
    `DELETE FROM cap_message WHERE number IN (SELECT number FROM cap_message ORDER BY number LIMIT ?3) AND sent < ?1 AND expires <= ?2
       AND serial < (SELECT max(serial) FROM cap_message AS other WHERE other.year = cap_message.year)`,
  );
  // What an open chain has said, or not, decides what it says next.
  const removeDrafts = db.prepare(
    `DELETE FROM cap_draft WHERE number IN (SELECT number FROM cap_draft ORDER BY number LIMIT ?2) AND made_at < ?1
       AND number < (SELECT max(number) FROM cap_draft) AND chain NOT IN (SELECT id FROM cap_chain WHERE open = 1)`,
  );
  const rehomeMessages = db.prepare('UPDATE cap_message SET chain = ? WHERE chain = ?');
  const rehomeDrafts = db.prepare('UPDATE cap_draft SET chain = ? WHERE chain = ?');
  const rehomeMembers = db.prepare('UPDATE cap_member SET chain = ? WHERE chain = ?');

  const keptMember = (row: unknown): KeptMember => {
    const { chain, state, body } = row as Omit<KeptMember, 'member'> & { readonly body: string };
    return { chain, state, member: JSON.parse(body) as Member };
  };
  const draftOf = (row: unknown): Draft => {
    const { number, chain, made_at, state, body, decided_by, decided_at, reason } = row as DraftRow;
    const content = JSON.parse(body) as Content;
    return {
      number,
      chain,
      madeAt: made_at,
      state,
      content,
      decidedBy: decided_by,
      decidedAt: decided_at,
      reason,
    };
  };
  const chainOf = (row: unknown): Chain => {
    const { id, key, confirmed_by } = row as { id: number; key: string; confirmed_by: string | null };
    return { id, key, confirmed: confirmed_by !== null };
  };
  const orNull = <T>(row: unknown, of: (row: unknown) => T): T | null => (row === undefined ? null : of(row));
  const published = (row: unknown): Published => row as Published;

  return {
    /** Number of the last record of the feed that was taken over; null before the first time. */
    progress: (): number | null => orNull(progress.get(), (row) => (row as { number: number }).number),
    setProgress: (number: number) => void setProgress.run(number),

    /** One that is open. */
    chain: (id: number): Chain | null => orNull(chainById.get(id), chainOf),
    openChain: (key: string): number => ((chainByKey.get(key) ?? newChain.get(key)) as { id: number }).id,
    /** With greater ids, ascending. */
    openChains: (after: number, limit: number): OpenChain[] =>
      openChains.all(after, limit) as unknown as OpenChain[],
    setSettleAt: (id: number, at: number | null) => void setSettleAt.run(at, id),
    confirm: (id: number, by: string, reason: string) => void confirm.run(by, reason, id),
    close(id: number): void {
      closeChain.run(id);
      removeMembers.run(id);
    },
    /** All of one chain becomes another's. */
    rehome(from: number, to: number): void {
      inheritConfirmed.run(from, to);
      for (const statement of [rehomeMessages, rehomeDrafts, rehomeMembers]) statement.run(to, from);
      closeChain.run(from);
    },

    member: (alert: string): KeptMember | null => orNull(member.get(alert), keptMember),
    members: (chain: number): KeptMember[] => membersOf.all(chain).map(keptMember),
    putMember: (chain: number, of: Member) => void putMember.run(of.alert, chain, JSON.stringify(of)),
    endMember: (alert: string, state: MemberState) => void endMember.run(state, alert),

    insertDraft: (chain: number, madeAt: number, content: Content): Draft =>
      draftOf(insertDraft.get(chain, madeAt, JSON.stringify(content))),
    decide: (
      number: number,
      state: DraftState,
      by: string | null,
      at: number | null,
      reason: string | null,
    ) => void decide.run(state, by, at, reason, number),
    draft: (number: number): Draft | null => orNull(draft.get(number), draftOf),
    pending: (chain: number): Draft | null => orNull(pending.get(chain), draftOf),
    /** The newest that went out or was refused. */
    decided: (chain: number): Draft | null => orNull(decided.get(chain), draftOf),
    drafts: (state: DraftState | 'all', before: number, limit: number): Draft[] =>
      drafts.all(state, before, limit).map(draftOf),

    nextSerial: (year: number): number => (lastSerial.get(year) as { serial: number }).serial + 1,
    publish: (message: Omit<Published, 'number'>, year: number, serial: number) =>
      void insertMessage.run(
        message.chain,
        message.draft,
        year,
        serial,
        message.identifier,
        message.sender,
        message.type,
        message.sent,
        message.expires,
        message.headline,
        message.xml,
      ),
    /** Of a chain, those whose time is not over. */
    unexpired: (chain: number, now: number): PublishedHead[] =>
      unexpired.all(chain, now) as unknown as PublishedHead[],
    byIdentifier: (identifier: string): Published | null => orNull(byIdentifier.get(identifier), published),
    byDraft: (number: number): PublishedHead | null =>
      orNull(byDraft.get(number), (row) => row as PublishedHead),
    after: (number: number, limit: number): Published[] => after.all(number, limit).map(published),
    newest: (): number => (newest.get() as { number: number }).number,
    /** The newest of each chain whose time is not over, newest first. */
    inForce: (now: number, limit: number): PublishedHead[] =>
      inForce.all(now, limit) as unknown as PublishedHead[],
    /** What is of before a time, epoch ms; looks at so many of the oldest only. Messages that hold stay. */
    removeBefore(at: number, now: number, limit: number): void {
      removeMessages.run(at, now, limit);
      removeDrafts.run(at, limit);
    },
  };
}
