/**
 * Configurations of edges: what each runs, as it tells itself, and what the centre wants of it. A version is wanted until the
 * edge has answered; it alone decides whether it is kept.
 */
import type { Profiles } from '../../devices/inventory.ts';
import type { ConfigReport, WantedConfig } from '../../devices/wire/fleet.ts';
import type { ConfigVersionState } from '../../devices/wire/fleet-config.ts';
import { withActor } from '../actor.ts';
import type { Audit } from '../audit/audit.ts';
import type { Ledger } from '../ledger.ts';
import { type Checked, changesOf, checkText, readText } from './config-check.ts';
import { type ConfigRow, type ConfigRows, createConfigRows, type RunningRow } from './config-rows.ts';

export interface EdgeConfigs extends Pick<ConfigRows, 'get' | 'newest' | 'running'> {
  /** What waits for the edge or is on trial there. */
  wanted(edge: string): ConfigRow | null;
  check(edge: string, text: string): Checked;
  /** In the ledger on return, with the transaction that it is a part of; a sentence is why not. What waited there before is withdrawn. */
  want(edge: string, text: string, by: string, trialS: number): number | string;
  /** What the edge has not begun is not wanted any more. */
  withdraw(edge: string, version: number, reason: string): void;
  /** What an edge tells; a sentence is what is wrong with it. A text that comes too soon after one is read by `look`. */
  hear(edge: string, report: ConfigReport): string | undefined;
  /** To the broker, what it does not have as the ledger has it. Within a transaction nothing: it may be undone yet. */
  publishDue(): void;
  /** The same; reads the texts that came too soon; what nobody has begun in time is not wanted any more. */
  look(): void;
}

export interface EdgeConfigsParts {
  readonly ledger: Ledger;
  readonly profiles: Profiles;
  readonly audit: Pick<Audit, 'record'>;
  readonly now: () => number;
  /** Retained; null: nothing is wanted any more. */
  publish(edge: string, message: WantedConfig | null): void;
  /** Within the transaction that takes it over. */
  onState(edge: string, version: number, state: ConfigVersionState, reason: string | null): void;
}

/** An edge that is away so long gets nothing that was meant for another day. */
const EXPIRES_MS = 24 * 3_600_000;
/** One text an edge in so long is parsed, which stops all else; of those between the newest. */
export const TEXT_EVERY_MS = 10_000;
/** Versions an hour that an edge makes itself, and their entries in the audit log. What comes then replaces the newest of them. */
export const MOST_OWN_AN_HOUR = 6;
const HOUR_MS = 3_600_000;
/** Changes in an entry of the audit log; the version has them all. */
const MOST_AUDITED = 50;

const ACTIONS: Readonly<Partial<Record<ConfigVersionState, string>>> = {
  kept: 'config.kept',
  taken_back: 'config.taken_back',
  refused: 'config.refused',
  expired: 'config.expired',
  withdrawn: 'config.withdrawn',
};

export function createEdgeConfigs(parts: EdgeConfigsParts): EdgeConfigs {
  const { ledger, profiles, audit, now, publish } = parts;
  const rows = createConfigRows(ledger);
  /** Of each edge when a text was parsed, and the report that waits for its turn since. */
  const read = new Map<string, { readonly at: number; readonly waiting: ConfigReport | null }>();
  const runsOf = (running: RunningRow | null): string | null =>
    running && (rows.get(running.edge, running.version)?.value ?? null);
  const named = (row: Pick<ConfigRow, 'version' | 'hash'> | null) =>
    row && { version: row.version, hash: row.hash };
  const wanted = (edge: string): ConfigRow | null => rows.open(edge).at(-1) ?? null;
  /** Edges whose order the broker may not have as the ledger has it: after a start it has none. */
  const untold = new Set(rows.open().flatMap(({ edge, state }) => (state === 'wanted' ? [edge] : [])));

  function publishDue(): void {
    if (ledger.db.isTransaction) return;
    for (const edge of untold) {
      const row = wanted(edge);
      // What has been begun is not asked for a second time; a retained message would stay for ever.
      publish(edge, row?.state === 'wanted' ? message(row) : null);
      untold.delete(edge);
    }
  }

  function setState(row: ConfigRow, state: ConfigVersionState, reason: string | null): void {
    const { edge, version, hash } = row;
    rows.setState(edge, version, state, reason, now());
    if (row.state === 'wanted') untold.add(edge);
    const action = ACTIONS[state];
    if (action !== undefined) {
      const before = row.replaces === null ? null : named(rows.get(edge, row.replaces));
      audit.record({ action, what: `edges/${edge}/config`, before, after: { version, hash }, reason });
    }
    parts.onState(edge, version, state, reason);
  }

  /** A configuration that the centre has not made. */
  function takeOver(edge: string, { running, local }: ConfigReport, text: string, value: string): ConfigRow {
    const before = rows.running(edge);
    const ran = runsOf(before);
    const replaced = rows.ownSince(edge, now() - HOUR_MS) < MOST_OWN_AN_HOUR ? null : rows.ownNewest(edge);
    const row: ConfigRow = {
      edge,
      version: rows.next(edge),
      at: now(),
      by: local ? 'technician' : edge,
      source: 'edge',
      replaces: replaced === null ? (before?.version ?? null) : replaced.replaces,
      hash: running.hash,
      text,
      value,
      state: 'kept',
      reason:
        replaced && `more than ${MOST_OWN_AN_HOUR} in an hour: in the place of version ${replaced.version}`,
      state_at: now(),
      trial_s: null,
      instead_of: null,
      expires: null,
    };
    if (replaced !== null) rows.remove(edge, replaced.version);
    rows.add(row);
    // Of those that replace each other the first alone is told: the entry says that more may follow.
    if (before !== null && (replaced === null || replaced.reason === null)) {
      const changes = changesOf(ran, value).slice(0, MOST_AUDITED);
      const after = { version: row.version, hash: row.hash, changes };
      audit.record({
        action: 'config.local',
        what: `edges/${edge}/config`,
        before: named(before),
        after,
        reason: row.reason && `${row.reason}, and so are those that follow`,
      });
    }
    return row;
  }

  /** The version that the edge runs, by our number for it. */
  function runningRow(edge: string, report: ConfigReport): ConfigRow | string | null {
    const { version, hash, text } = report.running;
    const same = version === null ? rows.ownNewest(edge) : rows.get(edge, version);
    if (same?.hash === hash) return same;
    // What a person has changed at the cabinet is another version, also when there was once one like it.
    const like = report.local ? null : rows.withHash(edge, hash);
    if (like !== null) return like;
    if (text === null) return null;
    const last = read.get(edge);
    if (last !== undefined && now() < last.at + TEXT_EVERY_MS) {
      read.set(edge, { at: last.at, waiting: report });
      return null;
    }
    read.set(edge, { at: now(), waiting: null });
    const told = readText(text);
    if (typeof told === 'string') return `running: ${told}`;
    return told.hash === hash
      ? takeOver(edge, report, text, told.value)
      : 'running: the hash is not that of the text';
  }

  /** What an edge says now makes an older text of it void, unless it is of the same. */
  function forgetOlder(edge: string, { hash }: ConfigReport['running']): void {
    const last = read.get(edge);
    if (last?.waiting && last.waiting.running.hash !== hash) read.set(edge, { ...last, waiting: null });
  }

  /** `of`: 'before' is a report that waited for its turn: what it says of what is wanted was heard when it came. */
  function hear(edge: string, report: ConfigReport, of: 'now' | 'before' = 'now'): string | undefined {
    forgetOlder(edge, report.running);
    const row = runningRow(edge, report);
    if (typeof row === 'string') return row;
    const before = rows.running(edge);
    const seen = Math.max(report.wanted?.version ?? 0, before?.seen ?? 0);
    if (row !== null)
      rows.setRunning({ edge, version: row.version, hash: row.hash, local: report.local, at: now(), seen });
    else if (before !== null && seen > before.seen) rows.setRunning({ ...before, seen });
    const told = report.wanted;
    const tried = wanted(edge);
    // A box that was replaced, or has lost what it knew, says nothing more of a trial: it would be on trial for ever.
    if (of === 'now' && tried?.state === 'trial' && told?.version !== tried.version)
      setState(tried, 'taken_back', 'the edge knows nothing of it any more');
    const answered = told && rows.get(edge, told.version);
    if (
      told &&
      answered?.source === 'centre' &&
      answered.state !== told.state &&
      // What has ended by the word of the edge has ended: only an end that the centre made may come too early, and what
      // was kept may end the edge's process later.
      (isOpen(answered) || (before?.seen ?? 0) < told.version || isGivenUp(answered, report))
    )
      setState(answered, told.state, told.reason);
    return undefined;
  }

  function readWaiting(): void {
    for (const [edge, { at, waiting }] of read) {
      if (waiting === null || now() < at + TEXT_EVERY_MS) continue;
      read.set(edge, { at, waiting: null });
      withActor({ name: edge, from: 'edge' }, () =>
        ledger.transaction(() => hear(edge, { ...waiting, wanted: null }, 'before')),
      );
      return;
    }
  }

  const message = ({ version, hash, text, instead_of, trial_s, expires }: ConfigRow): WantedConfig | null =>
    instead_of === null || trial_s === null || expires === null
      ? null
      : { version, hash, text, instead_of, trial_s, expires };

  return {
    get: rows.get,
    newest: rows.newest,
    running: rows.running,
    wanted,
    check: (edge, text) => checkText(edge, text, runsOf(rows.running(edge)), profiles),
    want(edge, text, by, trialS) {
      const running = rows.running(edge);
      if (running === null) return `${edge} has not told its configuration yet`;
      const before = wanted(edge);
      if (before?.state === 'trial') return `version ${before.version} is on trial at ${edge}`;
      const { faults, hash, value, changes } = checkText(edge, text, runsOf(running), profiles);
      if (faults.length > 0) return `${edge}: ${faults.join('; ')}`;
      if (hash === running.hash) return `${edge} runs this already, as version ${running.version}`;
      const row: ConfigRow = {
        edge,
        version: rows.next(edge),
        at: now(),
        by,
        source: 'centre',
        replaces: running.version,
        hash,
        text,
        value,
        state: 'wanted',
        reason: null,
        state_at: now(),
        trial_s: trialS,
        instead_of: running.hash,
        expires: now() + EXPIRES_MS,
      };
      ledger.transaction(() => {
        if (before !== null) setState(before, 'withdrawn', `version ${row.version} is wanted instead`);
        rows.add(row);
        untold.add(edge);
        const after = {
          version: row.version,
          hash,
          trial_s: trialS,
          changes: changes.slice(0, MOST_AUDITED),
        };
        audit.record({
          action: 'config.wanted',
          what: `edges/${edge}/config`,
          before: named(running),
          after,
        });
      });
      publishDue();
      return row.version;
    },
    withdraw(edge, version, reason) {
      const row = rows.get(edge, version);
      if (row?.state !== 'wanted') return;
      ledger.transaction(() => setState(row, 'withdrawn', reason));
      publishDue();
    },
    hear(edge, report) {
      const fault = withActor({ name: edge, from: 'edge' }, () =>
        ledger.transaction(() => hear(edge, report)),
      );
      publishDue();
      return fault;
    },
    publishDue,
    look() {
      publishDue();
      readWaiting();
      for (const row of rows.open()) {
        if (row.state !== 'wanted' || row.expires === null || now() <= row.expires) continue;
        ledger.transaction(() => setState(row, 'expired', `${row.edge} did not begin it in time`));
      }
      publishDue();
    },
  };
}

const isOpen = ({ state }: ConfigRow): boolean => state === 'wanted' || state === 'trial';
/** It was kept, and the edge runs another one since, of its own accord. */
const isGivenUp = ({ state, version }: ConfigRow, { running, wanted }: ConfigReport): boolean =>
  state === 'kept' && wanted?.state === 'taken_back' && running.version !== version;
