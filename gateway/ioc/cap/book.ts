/**
 * The book of CAP messages: follows the feed, keeps for each danger a chain of messages, and says what each chain has to say
 * now. What it takes from the feed and what comes of it is one transaction, so that after a kill nothing is missing or doubled.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { DAY_MS } from '../../../devices/local-time.ts';
import type { AlertAnswer } from '../../../devices/wire/api.ts';
import {
  ALERT_RECORDS,
  type AlertEntry,
  type FeedEntry,
  type FeedRecord,
} from '../../../devices/wire/feed.ts';
import { createAudit } from '../../audit/audit.ts';
import type { Catalog } from '../../catalog.ts';
import type { Ledger } from '../../ledger.ts';
import type { Source } from '../destination.ts';
import type { Feed } from '../feed.ts';
import { createNews } from '../news.ts';
import { createChains, nothingTouched, type Touched, withStatus } from './chains.ts';
import { endedByReadings } from './mapping.ts';
import { memberOf, stationStatus } from './member.ts';
import { createPublishing } from './publish.ts';
import {
  type CapRows,
  createCapRows,
  type Draft,
  type DraftState,
  type MemberState,
  type OpenChain,
  type Published,
  type PublishedHead,
} from './rows.ts';
import type { CapSettings } from './settings.ts';

/** Why a person's wish cannot be done. */
export type CapRefusal = 'unknown' | 'decided' | 'over' | 'faulty' | 'no fire';

/** A draft and, once it went out, its message. */
export interface DraftAnswer {
  readonly draft: Draft;
  readonly message: PublishedHead | null;
}

export interface CapBook extends Source<Published> {
  /** Messages that went out after one, ascending. */
  after(number: number, limit: number): Published[];
  /** Takes over some more records of the feed, at the first time the alerts that stand. True: there are more; others may have their turn. */
  follow(): boolean;
  /**
   * Does what the time asks for in some more chains: what waited, renewals, stations that were commissioned. True: there are
   * more. Asking again changes nothing.
   */
  pass(): boolean;
  /** Removes some of the drafts and messages that are older than they are to be kept. */
  removeOld(): void;
  list(state: DraftState | 'all', before: number, limit: number): DraftAnswer[];
  get(draft: number): DraftAnswer | null;
  approve(draft: number, by: string, reason: string | null): Promise<DraftAnswer | CapRefusal>;
  refuse(draft: number, by: string, reason: string): Promise<DraftAnswer | CapRefusal>;
  /** A person has seen the fire that sensors report in this chain. */
  confirm(chain: number, by: string, reason: string): Promise<CapRefusal | null>;
  byIdentifier(identifier: string): Published | null;
  /** What holds now, newest first. */
  inForce(limit: number): PublishedHead[];
}

export interface CapBookParts {
  readonly ledger: Ledger;
  readonly feed: Pick<Feed, 'page' | 'newest'>;
  readonly catalog: Pick<Catalog, 'get'>;
  readonly settings: CapSettings;
  /** Days that drafts and messages are kept. */
  readonly keepDays: number;
  readonly now: () => number;
  /** Alerts that stand, for the first time. */
  standing(): readonly AlertAnswer[];
  /** A message broke the rules of CAP and was not sent: a fault of ours, or of a text in the settings. */
  onFault(draft: number, faults: readonly string[]): void;
}

/** Records of alerts that are taken over, and chains that are looked at, in one turn: each may be a message. */
const PAGE = 20;
/** Of the oldest that are looked at in one turn. */
const REMOVED_AT_ONCE = 50;
const KINDS: ReadonlySet<FeedEntry['kind']> = new Set(ALERT_RECORDS);

export function createCapBook(parts: CapBookParts): CapBook {
  const { ledger, feed, catalog, settings, now } = parts;
  const rows: CapRows = createCapRows(ledger);
  const news = createNews();
  const audit = createAudit(ledger, now);
  const publish = createPublishing(rows, settings, now, parts.onFault, news.tell);
  const chains = createChains(rows, settings, now, publish);

  const place = (alert: AlertAnswer, touched: Touched): void => {
    const before = rows.member(alert.id);
    const station = catalog.get(alert.station);
    // Withdrawn: what was known of it holds until its alert ends.
    if (station === undefined) return;
    const member = memberOf(alert, station);
    if (member === null) {
      if (before) end(alert, 'dropped', touched);
      return;
    }
    if (before === null && member.quiet) return;
    const chain = rows.openChain(member.chain);
    rows.putMember(chain, member);
    touched.chains.add(chain);
    if (before === null || before.chain === chain) return;
    touched.chains.add(before.chain);
    touched.movedTo.set(before.chain, chain);
  };
  const end = ({ id }: AlertAnswer, state: Exclude<MemberState, 'standing'>, touched: Touched): void => {
    const before = rows.member(id);
    // What is over may turn out never to have been.
    if (before === null || (before.state !== 'standing' && state !== 'retracted')) return;
    rows.endMember(id, state);
    touched.chains.add(before.chain);
  };
  const take = ({ kind, alert }: AlertEntry, touched: Touched): void => {
    if (alert.state !== 'cleared') place(alert, touched);
    else if (kind === 'alert.retracted') end(alert, 'retracted', touched);
    else end(alert, endedByReadings(alert) ? 'cleared' : 'dropped', touched);
  };

  const change = (work: (touched: Touched) => void): void => {
    const touched = nothingTouched();
    work(touched);
    chains.settle(touched);
  };

  const takePage = (reached: number, touched: Touched): boolean => {
    const { texts, next } = feed.page({ after: reached, limit: PAGE, kinds: KINDS });
    for (const text of texts) {
      const record = JSON.parse(text) as FeedRecord;
      if ('alert' in record) take(record, touched);
    }
    if (next !== reached) rows.setProgress(next);
    return next > reached && next < feed.newest();
  };
  const begin = (touched: Touched): void => {
    for (const alert of parts.standing())
      if (alert.announced_at) take({ kind: 'alert.raised', alert }, touched);
    rows.setProgress(feed.newest());
  };
  const follow = (): boolean =>
    ledger.transaction(() => {
      let more = false;
      change((touched) => {
        const reached = rows.progress();
        if (reached === null) begin(touched);
        else more = takePage(reached, touched);
      });
      return more;
    });
  const followAll = async (): Promise<void> => {
    while (follow()) await nextTurn();
  };

  /** A station was commissioned, or is being set up again. */
  const restate = (chains: readonly OpenChain[], touched: Touched): void => {
    for (const { id } of chains)
      for (const { state, member } of rows.members(id)) {
        const station = catalog.get(member.station);
        if (state !== 'standing' || station === undefined) continue;
        const status = stationStatus(station);
        if (status === member.status) continue;
        const key = withStatus(member.chain, status);
        const chain = rows.openChain(key);
        rows.putMember(chain, { ...member, status, chain: key });
        touched.chains.add(id).add(chain);
        touched.movedTo.set(id, chain);
      }
  };
  /** The last chain that was looked at; 0: the next look begins with the first. */
  let passed = 0;
  const pass = (): boolean => {
    const open = rows.openChains(passed, PAGE);
    const more = open.length === PAGE;
    // Before the work: one chain that fails must not keep those after it from theirs.
    passed = more ? (open.at(-1)?.id ?? 0) : 0;
    ledger.transaction(() => {
      change((touched) => restate(open, touched));
      for (const chain of open) chains.pass(chain);
    });
    return more;
  };

  const answer = (found: Draft): DraftAnswer => ({ draft: found, message: rows.byDraft(found.number) });
  const get = (number: number): DraftAnswer | null => {
    const found = rows.draft(number);
    return found && answer(found);
  };
  const stateOf = (number: number) => ({
    state: rows.draft(number)?.state ?? null,
    message: rows.byDraft(number)?.identifier ?? null,
  });
  /** Of the stations whose alerts it is about; null when they are in several. */
  const areaOf = (chain: number): string | null => {
    const areas = new Set(rows.members(chain).map(({ member }) => catalog.get(member.station)?.area.vi));
    const [area = null] = areas;
    return areas.size === 1 ? area : null;
  };
  /** Looks once more at what has happened: a person decides on what is so now. */
  const onPending = async (
    action: 'approve' | 'refuse',
    number: number,
    reason: string | null,
    act: (draft: Draft) => CapRefusal | null,
  ): Promise<DraftAnswer | CapRefusal> => {
    await followAll();
    return ledger.transaction(() => {
      const found = rows.draft(number);
      if (found === null) return 'unknown';
      if (found.state !== 'pending') return found.state === 'overtaken' ? 'over' : 'decided';
      const refusal = act(found);
      const { state, message } = stateOf(number);
      audit.record({
        action: `cap.${action}`,
        what: `cap/drafts/${number}`,
        area: areaOf(found.chain),
        before: { state: found.state },
        after: { state, message, ...(refusal && { refusal }) },
        reason,
      });
      return refusal ?? get(number) ?? 'unknown';
    });
  };

  return {
    follow,
    pass,
    removeOld: () =>
      ledger.transaction(() => rows.removeBefore(now() - parts.keepDays * DAY_MS, now(), REMOVED_AT_ONCE)),
    list: (state, before, limit) => rows.drafts(state, before, limit).map(answer),
    get,
    approve: (number, by, reason) =>
      onPending('approve', number, reason, (found) => publish(found, by, reason)),
    refuse: (number, by, reason) =>
      onPending('refuse', number, reason, () => {
        rows.decide(number, 'refused', by, now(), reason);
        return null;
      }),
    async confirm(id, by, reason) {
      await followAll();
      return ledger.transaction(() => {
        const chain = rows.chain(id);
        if (chain === null) return 'unknown';
        const standing = rows.members(id).some(({ state }) => state === 'standing');
        if (!standing || !/^\w+\/fire-alarm\//.test(chain.key)) return 'no fire';
        rows.confirm(id, by, reason);
        audit.record({
          action: 'cap.confirm',
          what: `cap/chains/${id}`,
          area: areaOf(id),
          after: { confirmed_by: by },
          reason,
        });
        change((touched) => void touched.chains.add(id));
        return null;
      });
    },
    byIdentifier: rows.byIdentifier,
    inForce: (limit) => rows.inForce(now(), limit),
    after: rows.after,
    newest: rows.newest,
    added: news.added,
  };
}
