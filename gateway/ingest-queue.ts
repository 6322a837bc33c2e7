/**
 * Publishes that wait to be checked, as they came. Clients take turns, so that one that floods delays the others by
 * one publish each; live goes before backlog, which still gets every fourth turn.
 */
interface Lane<T> {
  /** In the order of turns: who was served goes to the end. */
  readonly clients: Map<string, T[]>;
}

const BACKLOG_EVERY = 4;

export interface FairQueue<T> {
  add(client: string, live: boolean, item: T): void;
  next(): T | undefined;
  size(): number;
}

export function createFairQueue<T>(): FairQueue<T> {
  const live: Lane<T> = { clients: new Map() };
  const backlog: Lane<T> = { clients: new Map() };
  let size = 0;
  let turn = 0;

  const take = ({ clients }: Lane<T>): T | undefined => {
    for (const [client, items] of clients) {
      const item = items.shift();
      clients.delete(client);
      if (items.length > 0) clients.set(client, items);
      return item;
    }
    return undefined;
  };

  return {
    add(client, isLive, item) {
      const { clients } = isLive ? live : backlog;
      const items = clients.get(client);
      if (items) items.push(item);
      else clients.set(client, [item]);
      size++;
    },
    next() {
      if (size === 0) return undefined;
      size--;
      turn = (turn + 1) % BACKLOG_EVERY;
      return turn === 0 ? (take(backlog) ?? take(live)) : (take(live) ?? take(backlog));
    },
    size: () => size,
  };
}
