/**
 * The book of CAP messages: follows the feed, keeps for each danger a chain of messages, and says what each chain has to say
 * now. What it takes from the feed and what comes of it is one transaction, so that after a kill nothing is missing or doubled.
 */
import type { AlertAnswer } from '../../../devices/wire/api.ts';
import {
  ALERT_RECORDS,
  type AlertEntry,
  type FeedEntry,
  type FeedRecord,
} from '../../../devices/wire/feed.ts';
import type { Catalog } from '../../catalog.ts';
import type { Ledger } from '../../ledger.ts';
import type { Source } from '../destination.ts';
import type { Feed } from '../feed.ts';
import { createChains, nothingTouched, type Touched, withStatus } from './chains.ts';
import { memberOf, stationStatus } from './member.ts';
import { createNews } from './news.ts';
import { createPublishing } from './publish.ts';
import { type CapRows, createCapRows, type Draft, type DraftState, type Published } from './rows.ts';
import type { CapSettings } from './settings.ts';

/** Why a person's wish cannot be done. */
export type CapRefusal = 'unknown' | 'decided' | 'over' | 'faulty' | 'no fire';

/** A draft and, once it went out, its message. */
export interface DraftAnswer {
  readonly draft: Draft;
  readonly message: Published | null;
}

export interface CapBook extends Source<Published> {
  /** Messages that went out after one, ascending. */
  after(number: number, limit: number): Published[];
  /** Takes over what the feed has more, at the first time the alerts that stand. */
  follow(): void;
  /** Does what the time asks for: renewals, stations that were commissioned. Asking again changes nothing. */
  pass(): void;
  list(state: DraftState | 'all', before: number, limit: number): DraftAnswer[];
  get(draft: number): DraftAnswer | null;
  approve(draft: number, by: string, reason: string | null): DraftAnswer | CapRefusal;
  refuse(draft: number, by: string, reason: string): DraftAnswer | CapRefusal;
  /** A person has seen the fire that sensors report in this chain. */
  confirm(chain: number, by: string, reason: string): CapRefusal | null;
  byIdentifier(identifier: string): Published | null;
  /** What holds now, newest first. */
  inForce(limit: number): Published[];
}

export interface CapBookParts {
  readonly ledger: Ledger;
  readonly feed: Pick<Feed, 'page' | 'newest'>;
  readonly catalog: Pick<Catalog, 'get'>;
  readonly settings: CapSettings;
  readonly now: () => number;
  /** Alerts that stand, for the first time. */
  standing(): readonly AlertAnswer[];
  /** A message broke the rules of CAP and was not sent: a fault of ours, or of a text in the settings. */
  onFault(draft: number, faults: readonly string[]): void;
}

/** Records of the feed that are read at once. */
const PAGE = 500;
const KINDS: ReadonlySet<FeedEntry['kind']> = new Set(ALERT_RECORDS);

export function createCapBook(parts: CapBookParts): CapBook {
  const { ledger, feed, catalog, settings, now } = parts;
  const rows: CapRows = createCapRows(ledger);
  const news = createNews();
  const publish = createPublishing(rows, settings, now, parts.onFault, news.tell);
  const chains = createChains(rows, settings, now, publish);

  const place = (alert: AlertAnswer, touched: Touched): void => {
    const before = rows.member(alert.id);
    const station = catalog.get(alert.station);
    // Withdrawn: what was known of it holds until its alert ends.
    if (station === undefined) return;
    const member = memberOf(alert, station);
    if (member === null) {
      if (before) end(alert.id, 'cleared', touched);
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
  const end = (alert: string, state: 'cleared' | 'retracted', touched: Touched): void => {
    const before = rows.member(alert);
    if (before === null || before.state !== 'standing') return;
    rows.endMember(alert, state);
    touched.chains.add(before.chain);
  };
  const take = ({ kind, alert }: AlertEntry, touched: Touched): void => {
    if (alert.state !== 'cleared') place(alert, touched);
    else end(alert.id, kind === 'alert.retracted' ? 'retracted' : 'cleared', touched);
  };

  const change = (work: (touched: Touched) => void): void => {
    const touched = nothingTouched();
    work(touched);
    chains.settle(touched);
  };

  const follow = (): void =>
    ledger.transaction(() =>
      change((touched) => {
        const reached = rows.progress();
        if (reached === null) {
          for (const alert of parts.standing())
            if (alert.announced_at) take({ kind: 'alert.raised', alert }, touched);
          return rows.setProgress(feed.newest());
        }
        let cursor = reached;
        for (;;) {
          const { texts, next } = feed.page({ after: cursor, limit: PAGE, kinds: KINDS });
          for (const text of texts) {
            const record = JSON.parse(text) as FeedRecord;
            if ('alert' in record) take(record, touched);
          }
          if (next === cursor) break;
          cursor = next;
        }
        if (cursor !== reached) rows.setProgress(cursor);
      }),
    );

  /** A station was commissioned, or is being set up again. */
  const restate = (touched: Touched): void => {
    for (const id of rows.openChains())
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

  const answer = (found: Draft): DraftAnswer => ({ draft: found, message: rows.byDraft(found.number) });
  const get = (number: number): DraftAnswer | null => {
    const found = rows.draft(number);
    return found && answer(found);
  };
  /** Looks once more at what has happened: a person decides on what is so now. */
  const onPending = (number: number, act: (draft: Draft) => CapRefusal | null): DraftAnswer | CapRefusal => {
    follow();
    return ledger.transaction(() => {
      const found = rows.draft(number);
      if (found === null) return 'unknown';
      if (found.state !== 'pending') return found.state === 'overtaken' ? 'over' : 'decided';
      return act(found) ?? get(number) ?? 'unknown';
    });
  };

  return {
    follow,
    pass: () =>
      ledger.transaction(() => {
        change(restate);
        for (const chain of rows.openChains()) chains.renew(chain);
      }),
    list: (state, before, limit) => rows.drafts(state, before, limit).map(answer),
    get,
    approve: (number, by, reason) => onPending(number, (found) => publish(found, by, reason)),
    refuse: (number, by, reason) =>
      onPending(number, (found) => {
        rows.decide(number, 'refused', by, now(), reason);
        if (found.content.kind !== 'warning') rows.close(found.chain);
        return null;
      }),
    confirm(id, by, reason) {
      follow();
      return ledger.transaction(() => {
        const chain = rows.chain(id);
        if (chain === null) return 'unknown';
        const standing = rows.members(id).some(({ state }) => state === 'standing');
        if (!standing || !/^\w+\/fire-alarm\//.test(chain.key)) return 'no fire';
        rows.confirm(id, by, reason);
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
