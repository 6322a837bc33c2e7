/** For tests: as much of IndexedDB as kept.ts uses, in memory. Everything is answered a moment later, in the order of asking. */

type Key = string | number;

class FakeStore {
  readonly rows = new Map<Key, unknown>();
  next = 1;
  readonly keyPath: string | undefined;

  constructor(keyPath: string | undefined) {
    this.keyPath = keyPath;
  }

  put(value: unknown, key?: Key): object {
    return answer(() => {
      const own =
        this.keyPath === undefined ? key : ((value as Record<string, Key>)[this.keyPath] ?? this.next++);
      if (own === undefined) throw new Error('no key');
      this.rows.set(own, this.keyPath === undefined ? value : { ...(value as object), [this.keyPath]: own });
      return own;
    });
  }
  add = this.put;
  get = (key: Key): object => answer(() => this.rows.get(key));
  getKey = (key: Key): object => answer(() => (this.rows.has(key) ? key : undefined));
  getAll = (): object => answer(() => [...this.rows.values()]);
  getAllKeys = (): object => answer(() => [...this.rows.keys()]);
  delete = (key: Key): object => answer(() => void this.rows.delete(key));
  clear = (): object => answer(() => this.rows.clear());
}

interface Request {
  result?: unknown;
  onsuccess?: () => void;
}

function answer(work: () => unknown): Request {
  const request: Request = {};
  queueMicrotask(() => {
    request.result = work();
    request.onsuccess?.();
  });
  return request;
}

/** What stands for the global `indexedDB`. */
export function fakeDatabase(): { open(): object } {
  const stores = new Map<string, FakeStore>();
  const db = {
    createObjectStore: (name: string, { keyPath }: { keyPath?: string } = {}) =>
      stores.set(name, new FakeStore(keyPath)),
    transaction: () => {
      const transaction: { oncomplete?: () => void; objectStore(name: string): FakeStore | undefined } = {
        objectStore: (name) => stores.get(name),
      };
      // Its work is a chain of such moments, all of them before the next turn.
      setImmediate(() => transaction.oncomplete?.());
      return transaction;
    },
    close: () => {},
  };
  return {
    open: () => {
      const request: Request & { onupgradeneeded?: () => void } = { result: db };
      queueMicrotask(() => {
        if (stores.size === 0) request.onupgradeneeded?.();
        request.onsuccess?.();
      });
      return request;
    },
  };
}
