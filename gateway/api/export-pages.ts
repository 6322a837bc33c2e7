/** A long answer, page by page: no more of it is in memory than the reader has room for. */
import { Readable } from 'node:stream';
import type { ParameterId } from '../../devices/parameter.ts';
import type { Store } from '../store/store.ts';
import type { ExportText } from './export-text.ts';

/** About 200 kB of text, and 2 ms of the embedded store's time. */
const PAGE = 2000;

export interface ExportQuery {
  readonly station: string;
  readonly parameters: readonly ParameterId[];
  readonly from: number;
  readonly to: number;
}

/** By parameter, then by time. The next page is asked of the store when this one was taken. */
export async function* exportPages(
  store: Pick<Store, 'rows'>,
  { station, parameters, from, to }: ExportQuery,
  text: ExportText,
): AsyncGenerator<string> {
  let written = text.head;
  let first = true;
  for (const parameter of parameters) {
    for (let start = from; start < to; ) {
      const rows = await store.rows({ station, parameter, from: start, to, limit: PAGE });
      const last = rows.at(-1);
      if (last === undefined) break;
      yield written + text.page(rows, first);
      written = '';
      first = false;
      if (rows.length < PAGE) break;
      start = last.at + 1;
    }
  }
  yield written + text.foot;
}

/**
 * A stream whose first page is there already: a store that does not answer is told by an error, not by a file that
 * ends. `onClose` is called once, however it ends.
 */
export async function openPages(pages: AsyncGenerator<string>, onClose: () => void): Promise<Readable> {
  let first: IteratorResult<string>;
  try {
    first = await pages.next();
  } catch (error) {
    onClose();
    throw error;
  }
  const all = async function* (): AsyncGenerator<string> {
    if (!first.done) yield first.value;
    yield* pages;
  };
  const stream = Readable.from(all(), { objectMode: false, highWaterMark: 64 * 1024 });
  stream.once('close', onClose);
  return stream;
}
