/** Questions to the database through the `influx` package, each with an end of its own. */
import { InfluxDB, type IQueryOptions } from 'influx';
import type { StoreSettings } from '../settings.ts';
import { StoreUnavailable } from './refused.ts';

export interface Questions {
  /** Rows of one statement. Throws when they are not all here within the time, or when it is closed meanwhile. */
  query<Row>(statement: string, options?: IQueryOptions): Promise<readonly Row[]>;
  /** Rows of each statement. */
  queries<Row>(statements: string[], options?: IQueryOptions): Promise<readonly (readonly Row[])[]>;
  createDatabase(): Promise<void>;
  /** What is under way fails. */
  close(): void;
}

/**
 * The package takes a host that failed out of use for up to 10 s, so that others are asked meanwhile. There is only one:
 * its next question may be the one that is answered.
 */
const NO_PAUSE = { getDelay: () => 0, next: () => NO_PAUSE, reset: () => NO_PAUSE };

export function openQuestions(settings: StoreSettings, timeoutMs: number): Questions {
  const { hostname, port, protocol, pathname } = new URL(settings.url ?? '');
  const https = protocol === 'https:';
  const { database, username, password = '' } = settings;
  const influx = new InfluxDB({
    host: hostname,
    port: port === '' ? (https ? 443 : 80) : Number(port),
    protocol: https ? 'https' : 'http',
    path: pathname === '/' ? '' : pathname,
    database,
    ...(username !== undefined && { username, password }),
    // The ingest gate repeats what fails, with its own patience; two layers of repeats would hide an absent database.
    pool: { maxRetries: 0, requestTimeout: timeoutMs, backoff: NO_PAUSE },
  });
  const underWay = new Set<(reason: string) => void>();

  /** The package has a time only for silence, and waits for ever for an answer that is cut off after its beginning. */
  const bounded = async <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const { promise: broken, reject } = Promise.withResolvers<never>();
    const over = new AbortController();
    const end = (reason: string): void => {
      reject(new StoreUnavailable(reason));
      over.abort();
    };
    const timer = setTimeout(end, timeoutMs, `InfluxDB gives no whole answer within ${timeoutMs} ms`);
    underWay.add(end);
    try {
      return await Promise.race([broken, work(over.signal)]);
    } finally {
      clearTimeout(timer);
      underWay.delete(end);
    }
  };

  return {
    query: (statement, options) => bounded((signal) => influx.query(statement, { ...options, signal })),
    queries: (statements, options) => bounded((signal) => influx.query(statements, { ...options, signal })),
    createDatabase: () => bounded(() => influx.createDatabase(database)),
    close() {
      for (const end of underWay) end('the store is closed');
    },
  };
}
