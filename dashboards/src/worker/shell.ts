/** Which requests the service worker answers from the files of the screens that it keeps, and with which. Pure. */

/** A file of the build: its address, and a hash of its content. */
export type ShellFile = readonly [path: string, hash: string];

/** Under which a file is kept: the same content is found again in the cache of an earlier version and not fetched once more. */
export const keyOf = ([path, hash]: ShellFile): string => `${path}?kept=${hash}`;

export const cacheName = (version: string): string => `quantrac-screens-${version}`;
export const isShellCache = (name: string): boolean => name.startsWith(cacheName(''));

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly mode: string;
}

/**
 * The key of the file that answers a request, or null: then it is none of ours and goes to the network untouched. Of the
 * gateway's answers none is in the list, so none is ever kept.
 */
export function createShell(files: readonly ShellFile[], origin: string): (asked: Asked) => string | null {
  const keys = new Map(files.map((file) => [file[0], keyOf(file)]));
  return ({ method, url, mode }) => {
    const { origin: from, pathname } = new URL(url);
    if (method !== 'GET' || from !== origin) return null;
    if (mode === 'navigate') return pathname === '/' ? (keys.get('/') ?? null) : null;
    return keys.get(pathname) ?? null;
  };
}
