/**
 * Runs again what is in quarantine, after its cause is mended: a station that was announced late, a parameter that was
 * missing in the edge file, a version that knows more. What passes now is stored as backlog and leaves.
 */
import type { RerunAnswer } from '../devices/wire/api.ts';
import { parseTopic } from '../devices/wire/topics.ts';
import type { Audit } from './audit/audit.ts';
import type { Catalog } from './catalog.ts';
import type { Ingest } from './ingest.ts';
import type { Ledger } from './ledger.ts';
import type { Quarantine } from './quarantine.ts';

/** Null when there is no such entry (any more). */
export type Rerun = (id: number) => Promise<RerunAnswer | null>;

export interface RerunParts {
  readonly ledger: Pick<Ledger, 'transaction'>;
  readonly quarantine: Quarantine;
  readonly ingest: Pick<Ingest, 'again'>;
  readonly catalog: Pick<Catalog, 'get'>;
  readonly audit: Pick<Audit, 'record'>;
}

export function createRerun({ ledger, quarantine, ingest, catalog, audit }: RerunParts): Rerun {
  return async (id) => {
    const entry = quarantine.get(id);
    if (entry === undefined) return null;
    const stays = (reason: string): RerunAnswer => ({ id, passed: false, stored: 0, reason });
    const parsed = parseTopic(entry.topic);
    if (parsed?.kind !== 'readings' && parsed?.kind !== 'backlog')
      return stays('only readings are run again: whoever sends anything else sends it anew');
    if (!entry.whole) return stays('of a payload this large only the beginning was kept');
    const { station } = parsed;
    const { client, topic } = entry;
    const { stored, refusal } = await ingest.again(
      { edge: client, station, topic, payload: Buffer.from(entry.payload), live: false },
      entry.at,
    );
    const passed = refusal === null;
    ledger.transaction(() => {
      audit.record({
        action: 'quarantine.rerun',
        what: `quarantine/${id}/${station}`,
        area: catalog.get(station)?.area.vi,
        before: { client, topic, reason: entry.reason },
        after: { passed, stored, reason: refusal?.reason ?? null },
      });
      if (passed) quarantine.remove([id]);
      else quarantine.keep(id, refusal);
    });
    return { id, passed, stored, reason: refusal?.reason ?? null };
  };
}
