/** What each chain of messages has to say after something has changed in it, and when it has to say it again. */
import { allClear, type Content, cancel, isSameWarning, warning } from './content.ts';
import type { Publish } from './publish.ts';
import type { CapRows, OpenChain } from './rows.ts';
import type { CapSettings } from './settings.ts';

/** Chains of which something has changed, and to which one an alert of theirs went. */
export interface Touched {
  readonly chains: Set<number>;
  readonly movedTo: Map<number, number>;
}
export const nothingTouched = (): Touched => ({ chains: new Set(), movedTo: new Map() });

export interface Chains {
  /** Drafts what is to be said now, and publishes it when no person has to approve it. */
  settle(touched: Touched): void;
  /** Says what has waited long enough, and once more what holds and would lapse; closes what is over and has lapsed. */
  pass(chain: OpenChain): void;
}

/** The last quarter of its time: then a message that still holds is renewed. A person may have to approve it; no source. */
const RENEW_SHARE = 0.25;

/** Between warnings of a chain that differ in their places only: each names them all, and a fire may join post by post. */
export const SAME_WARNING_PAUSE_MS = 10_000;

/** A key begins with the status of its messages. */
export const statusOf = (key: string): 'Actual' | 'Test' => (key.startsWith('Test/') ? 'Test' : 'Actual');
export const withStatus = (key: string, status: 'Actual' | 'Test'): string => key.replace(/^[^/]+/, status);

export function createChains(
  rows: CapRows,
  settings: CapSettings,
  now: () => number,
  publish: Publish,
): Chains {
  const overtake = (chain: number): void => {
    const pending = rows.pending(chain);
    if (pending) rows.decide(pending.number, 'overtaken', null, now(), null);
  };
  const draft = (chain: number, content: Content): void => {
    overtake(chain);
    const made = rows.insertDraft(chain, now(), content);
    if (settings.scope !== 'Public') publish(made, null, null);
  };
  /** Nobody was told of it, or not any more: nothing is to be said. */
  const close = (chain: number): void => {
    overtake(chain);
    rows.close(chain);
  };
  const holds = (chain: number): boolean => rows.unexpired(chain, now()).length > 0;
  const standingIn = (chain: number) =>
    rows.members(chain).flatMap(({ state, member }) => (state === 'standing' ? [member] : []));

  /** True when nothing else is to be said in it. */
  const settleMoved = (id: number, to: number): boolean => {
    const [from, target] = [rows.chain(id), rows.chain(to)];
    if (from === null || target === null || standingIn(id).length > 0) return false;
    const status = statusOf(from.key);
    if (status === statusOf(target.key)) {
      overtake(id);
      rows.rehome(id, to);
      return true;
    }
    // What was a test does not go on in earnest, nor the other way round.
    if (!holds(id)) close(id);
    else
      draft(
        id,
        cancel(
          rows.members(to).map(({ member }) => ({ ...member, status })),
          'moved',
        ),
      );
    return true;
  };

  /** True when a draft of the same warning is so new that this one has to wait. */
  const mustWait = (id: number, content: Content): boolean => {
    const last = rows.pending(id) ?? rows.decided(id);
    if (last === null || last.state === 'refused' || !isSameWarning(last.content, content)) return false;
    const left = last.madeAt + SAME_WARNING_PAUSE_MS - now();
    // More is left only after the clock was set back.
    if (left <= 0 || left > SAME_WARNING_PAUSE_MS) return false;
    rows.setSettleAt(id, now() + left);
    return true;
  };

  const settleStanding = (id: number, content: Content, quiet: boolean): void => {
    const [pending, decided] = [rows.pending(id), rows.decided(id)];
    if (pending?.content.gist === content.gist) return;
    const told = decided?.content.gist === content.gist && (holds(id) || decided.state === 'refused');
    // What is said already, or by nobody now: what waits for a person is neither.
    if (told || quiet) overtake(id);
    else if (!mustWait(id, content)) draft(id, content);
  };

  const settleOver = (id: number): void => {
    if (!holds(id)) {
      close(id);
      return;
    }
    const members = rows.members(id);
    // All went to another chain: the end of this one is drafted.
    if (members.length === 0) return;
    const ended = members.map(({ member }) => member);
    const states = new Set(members.map(({ state }) => state));
    const neverWas = states.size === 1 && states.has('retracted');
    const content = neverWas ? cancel(ended, 'retracted') : allClear(ended, !states.has('dropped'), settings);
    const last = rows.pending(id) ?? rows.decided(id);
    // It waits for a person, or a person does not want it: then the warning lapses.
    if (last?.content.gist !== content.gist) draft(id, content);
  };

  const settleChain = (id: number): void => {
    const chain = rows.chain(id);
    if (chain === null) return;
    rows.setSettleAt(id, null);
    const standing = standingIn(id);
    if (standing.length === 0) settleOver(id);
    else
      settleStanding(
        id,
        warning(standing, chain.confirmed, settings),
        standing.every(({ quiet }) => quiet),
      );
  };

  const renew = (id: number): void => {
    const chain = rows.chain(id);
    if (chain === null) return;
    const standing = standingIn(id);
    const held = rows.unexpired(id, now());
    if (standing.length === 0) {
      if (held.length === 0) close(id);
      return;
    }
    const from = Math.max(0, ...held.map(({ expires }) => expires)) - settings.expires_s * 1000 * RENEW_SHARE;
    if (now() <= from || standing.every(({ quiet }) => quiet) || rows.pending(id) !== null) return;
    const decided = rows.decided(id);
    // Who refused an Update has not said that the warning before it shall lapse; who refuses the renewal says so.
    const refused = decided?.state === 'refused' && (held.length === 0 || decided.madeAt > from);
    if (decided !== null && !refused) draft(id, warning(standing, chain.confirmed, settings));
  };

  return {
    settle({ chains, movedTo }) {
      // First those of which nothing is left, whose messages others go on from.
      const gone = [...movedTo].filter(([from, to]) => settleMoved(from, to)).map(([from]) => from);
      for (const chain of chains) if (!gone.includes(chain)) settleChain(chain);
    },
    pass({ id, settleAt }) {
      const waits = settleAt !== null && settleAt > now() && settleAt <= now() + SAME_WARNING_PAUSE_MS;
      if (settleAt !== null && !waits) settleChain(id);
      renew(id);
    },
  };
}
