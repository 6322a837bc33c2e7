/**
 * What this browser keeps for a person without network, in IndexedDB: the newest picture, and acknowledgements that wait to be
 * sent. The page and its service worker both open it. A browser that forbids it (private mode) keeps nothing.
 */
import type { Picture } from './picture.ts';
import { isWaiting, type Queued } from './queue.ts';

const NAME = 'quantrac';
const VERSION = 1;
/** More than anybody presses in a day without network; beyond it the newest press is refused. */
export const MOST_QUEUED = 200;

type StoreName = 'picture' | 'queue' | 'unsent';

function open(): Promise<IDBDatabase> {
  const { promise, resolve, reject } = Promise.withResolvers<IDBDatabase>();
  const request = indexedDB.open(NAME, VERSION);
  request.onupgradeneeded = () => {
    const { result } = request;
    result.createObjectStore('picture', { keyPath: 'user' });
    result.createObjectStore('queue', { keyPath: 'id', autoIncrement: true });
    // Under the name of a person: how many of his acknowledgements were dropped, since another has logged in.
    result.createObjectStore('unsent');
  };
  request.onsuccess = () => {
    // Another tab has a newer version of the screens: it must not wait for this one.
    request.result.onversionchange = () => request.result.close();
    resolve(request.result);
  };
  request.onerror = () => reject(request.error);
  return promise;
}

const resultOf = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const ended = (transaction: IDBTransaction): Promise<void> =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });

/** Opens, does its work in one transaction, closes: nothing stands in the way of another tab. */
async function within<T>(
  stores: readonly StoreName[],
  mode: IDBTransactionMode,
  work: (store: (name: StoreName) => IDBObjectStore) => Promise<T> | T,
): Promise<T> {
  const db = await open();
  try {
    const transaction = db.transaction(stores, mode);
    const done = ended(transaction);
    const result = await work((name) => transaction.objectStore(name));
    await done;
    return result;
  } finally {
    db.close();
  }
}

/** The only picture that there is, or null. */
export const readPicture = (): Promise<Picture | null> =>
  within(['picture'], 'readonly', async (store) => {
    const [first = null] = await resultOf<Picture[]>(store('picture').getAll());
    return first;
  });

/** `make` is asked once nothing can come between any more: of a person who has logged out meanwhile it makes null. */
export const writePicture = (make: () => Picture | null): Promise<void> =>
  within(['picture'], 'readwrite', (store) => {
    const picture = make();
    if (picture === null) return;
    store('picture').clear();
    store('picture').put(picture);
  });

export const readQueue = (): Promise<Queued[]> =>
  within(['queue'], 'readonly', (store) => resultOf<Queued[]>(store('queue').getAll()));

/** Answers its id, or null when there are too many. Of one alert the newest press stays. */
export const enqueue = (item: Omit<Queued, 'id'>): Promise<number | null> =>
  within(['queue'], 'readwrite', async (store) => {
    const before = await resultOf<Queued[]>(store('queue').getAll());
    if (before.length >= MOST_QUEUED) return null;
    for (const { id, alert } of before) if (alert === item.alert) store('queue').delete(id);
    return resultOf(store('queue').add(item) as IDBRequest<number>);
  });

/** Writes what became of one that is still there. */
export const writeQueued = (item: Queued): Promise<void> =>
  within(['queue'], 'readwrite', async (store) => {
    if ((await resultOf(store('queue').getKey(item.id))) !== undefined) store('queue').put(item);
  });

export const removeQueued = (id: number): Promise<void> =>
  within(['queue'], 'readwrite', (store) => void store('queue').delete(id));

/** Nobody sees what he saw; what he pressed waits for his next login. */
export const clearPicture = (): Promise<void> =>
  within(['picture'], 'readwrite', (store) => void store('picture').clear());

/** Nothing of a person stays. */
export const forgetAll = (): Promise<void> =>
  within(['picture', 'queue', 'unsent'], 'readwrite', (store) => {
    for (const name of ['picture', 'queue', 'unsent'] as const) store(name).clear();
  });

/** Nothing of anybody else stays, but how many of whose acknowledgements were not sent. */
export const forgetOthers = (user: string): Promise<void> =>
  within(['picture', 'queue', 'unsent'], 'readwrite', async (store) => {
    for (const other of await resultOf(store('picture').getAllKeys()))
      if (other !== user) store('picture').delete(other);
    for (const item of await resultOf<Queued[]>(store('queue').getAll())) {
      if (item.user === user) continue;
      store('queue').delete(item.id);
      if (!isWaiting(item)) continue;
      const before = await resultOf<number | undefined>(store('unsent').get(item.user));
      store('unsent').put((before ?? 0) + 1, item.user);
    }
  });

/** Acknowledgements that were not sent, and will not be. */
export interface Dropped {
  readonly user: string;
  readonly count: number;
}

export const readDropped = (): Promise<Dropped[]> =>
  within(['unsent'], 'readonly', async (store) => {
    const users = await resultOf(store('unsent').getAllKeys());
    const counts = await resultOf<number[]>(store('unsent').getAll());
    return users.map((user, index) => ({ user: String(user), count: counts[index] ?? 0 }));
  });

export const clearDropped = (): Promise<void> =>
  within(['unsent'], 'readwrite', (store) => void store('unsent').clear());
