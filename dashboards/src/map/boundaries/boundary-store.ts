/** The boundaries that were imported in this browser: they stay here, and nothing of them is sent anywhere. */
import { signal } from '@preact/signals';
import { currentTime } from '../../clock.ts';
import { type Boundaries, type Fault, MAX_BYTES, type Read } from './boundary-file.ts';

const DATABASE = 'quantrac-boundaries';
const STORE = 'boundaries';
const KEY = 'communes';

/** null: none were imported. */
export const boundaries = signal<Boundaries | null>(null);

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return done(request);
}

const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

async function inStore<T>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await open();
  try {
    return await done(work(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

/** A browser that keeps nothing (private window) has none. */
export async function recallBoundaries(): Promise<void> {
  if (boundaries.peek() !== null) return;
  const kept = await inStore<Boundaries | undefined>('readonly', (store) => store.get(KEY)).catch(
    () => undefined,
  );
  if (kept !== undefined) boundaries.value = kept;
}

/** `kept`: whether this browser keeps it, or has it for this visit only. */
export type Imported =
  | { readonly kind: 'ok'; readonly kept: boolean }
  | { readonly kind: 'fault'; readonly fault: Fault };

export async function importBoundaries(file: File): Promise<Imported> {
  if (file.size > MAX_BYTES) return { kind: 'fault', fault: { kind: 'tooLarge' } };
  const read = await readBeside(file);
  if (read.kind === 'fault') return read;
  const made: Boundaries = { file: file.name, importedAt: currentTime(), shapes: read.shapes };
  boundaries.value = made;
  const kept = await inStore('readwrite', (store) => store.put(made, KEY)).then(
    () => true,
    () => false,
  );
  return { kind: 'ok', kept };
}

export async function removeBoundaries(): Promise<void> {
  boundaries.value = null;
  await inStore('readwrite', (store) => store.delete(KEY)).catch(() => undefined);
}

function readBeside(file: File): Promise<Read> {
  const worker = new Worker(new URL('./boundary-worker.ts', import.meta.url), { type: 'module' });
  return new Promise<Read>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Read>) => resolve(data);
    worker.onerror = () => reject(new Error('the file could not be read'));
    worker.postMessage(file);
  }).finally(() => worker.terminate());
}
