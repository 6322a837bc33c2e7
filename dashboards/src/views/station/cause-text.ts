/** Why readings are absent, in the language of the screen; a reason of the edge as elsewhere. */
import { t, texts } from '../../i18n.ts';
import { reasonText } from '../../reason.ts';
import type { TextKey } from '../../texts/texts.ts';

/** As gateway/books/hours.ts says it. */
const CAUSES: ReadonlyMap<string, TextKey> = new Map(
  Object.entries({
    'no record came': 'books.noRecord',
    'no record came; the edge is away and may still hold it': 'books.edgeAway',
    'no record came; the edge was not connected': 'books.notConnected',
    'no record came; the edge did not run': 'books.notRunning',
    'thinned at the edge: its outbox was full, or it had waited too long': 'books.thinned',
    'dropped at the edge: its outbox was full': 'books.dropped',
    'lost at the edge: the disk had changed what was written': 'books.damaged',
    'lost at the edge: the disk took nothing for too long': 'books.unwritten',
  } as const),
);

export function causeText(cause: string): string {
  const key = CAUSES.get(cause);
  return key === undefined ? reasonText(cause, texts()) : t(key);
}
