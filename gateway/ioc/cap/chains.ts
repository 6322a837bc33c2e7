/** What each chain of messages has to say after something has changed in it, and when it has to say it again. */
import { allClear, type Content, cancel, warning } from './content.ts';
import type { Publish } from './publish.ts';
import type { CapRows } from './rows.ts';
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
  /** Says once more what holds and would lapse; closes what is over and has lapsed. */
  renew(chain: number): void;
}

/** The last quarter of its time: then a message that still holds is renewed. A person may have to approve it; no source. */
const RENEW_SHARE = 0.25;

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

  const settleMoved = (id: number, to: number): void => {
    const [from, target] = [rows.chain(id), rows.chain(to)];
    if (from === null || target === null || standingIn(id).length > 0) return;
    const status = statusOf(from.key);
    if (status === statusOf(target.key)) {
      overtake(id);
      rows.rehome(id, to);
      return;
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
  };

  const settleChain = (id: number): void => {
    const chain = rows.chain(id);
    if (chain === null) return;
    const [pending, decided] = [rows.pending(id), rows.decided(id)];
    const standing = standingIn(id);
    if (standing.length > 0) {
      const content = warning(standing, chain.confirmed, settings);
      const told = decided?.content.gist === content.gist && (holds(id) || decided.state === 'refused');
      if (told) overtake(id);
      else if (pending?.content.gist !== content.gist && !standing.every(({ quiet }) => quiet))
        draft(id, content);
      return;
    }
    if (pending && pending.content.kind !== 'warning') return;
    if (!holds(id)) {
      close(id);
      return;
    }
    const members = rows.members(id);
    const ended = members.map(({ member }) => member);
    const neverWas = members.every(({ state }) => state === 'retracted');
    draft(id, neverWas ? cancel(ended, 'retracted') : allClear(ended, settings));
  };

  return {
    settle({ chains, movedTo }) {
      // First those of which nothing is left, whose messages others go on from.
      for (const chain of chains) {
        const to = movedTo.get(chain);
        if (to !== undefined) settleMoved(chain, to);
      }
      for (const chain of chains) settleChain(chain);
    },
    renew(id) {
      const chain = rows.chain(id);
      if (chain === null) return;
      const standing = standingIn(id);
      const held = rows.unexpired(id, now());
      if (standing.length === 0) {
        if (held.length === 0) close(id);
        return;
      }
      const last = Math.max(0, ...held.map(({ expires }) => expires));
      const due = last - now() < settings.expires_s * 1000 * RENEW_SHARE;
      const waits = rows.pending(id) !== null || rows.decided(id)?.state !== 'published';
      if (!due || waits || standing.every(({ quiet }) => quiet)) return;
      draft(id, warning(standing, chain.confirmed, settings));
    },
  };
}
