/**
 * Runs again what is in quarantine, after its cause is mended: a station that was announced late, a parameter that was
 * missing in the edge file, a version that knows more. What passes now is stored as backlog and leaves.
 */
import type { RerunAnswer } from '../devices/wire/api.ts';
import { parseTopic } from '../devices/wire/topics.ts';
import type { Ingest } from './ingest.ts';
import type { Quarantine } from './quarantine.ts';

/** Null when there is no such entry (any more). */
export type Rerun = (id: number) => Promise<RerunAnswer | null>;

export function createRerun(quarantine: Quarantine, ingest: Pick<Ingest, 'again'>): Rerun {
  return async (id) => {
    const entry = quarantine.get(id);
    if (entry === undefined) return null;
    const stays = (reason: string): RerunAnswer => ({ id, passed: false, stored: 0, reason });
    const parsed = parseTopic(entry.topic);
    if (parsed?.kind !== 'readings' && parsed?.kind !== 'backlog')
      return stays('only readings are run again: whoever sends anything else sends it anew');
    if (!entry.whole) return stays('of a payload this large only the beginning was kept');
    const { stored, refusal } = await ingest.again(
      {
        edge: entry.client,
        station: parsed.station,
        topic: entry.topic,
        payload: Buffer.from(entry.payload),
        live: false,
      },
      entry.at,
    );
    if (refusal === null) {
      quarantine.remove([id]);
      return { id, passed: true, stored, reason: null };
    }
    quarantine.keep(id, refusal);
    return { id, passed: false, stored, reason: refusal.reason };
  };
}
