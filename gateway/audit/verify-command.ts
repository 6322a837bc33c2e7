/** `quantrac audit verify --log`: reads the whole audit log of a gateway that runs and proves it. */
import { z } from 'zod';
import type { SettingsSources } from '../../devices/kit/settings.ts';
import { auditChainSchema, sealedAuditEntrySchema } from '../../devices/wire/audit.ts';
import { heartbeatSchema } from '../../devices/wire/feed.ts';
import {
  type Anchors,
  type Call,
  type KeptChain,
  type Output,
  type VerifyOptions,
  verifyChain,
} from '../ioc/feed-verify-command.ts';

const LOG: KeptChain = {
  words: { chain: 'audit log', one: 'entry', many: 'entries' },
  command: 'audit verify --log',
  path: 'audit/chain',
  // Fields of a later version are kept: they are what was hashed.
  page: auditChainSchema.extend({ records: z.array(sealedAuditEntrySchema.loose()) }),
  anchors: toldByFeed,
};

const AT_ONCE = 1000;
const heartbeatsSchema = z.object({
  records: z.array(z.object({ heartbeat: heartbeatSchema.pick({ audit: true }) })),
  next: z.int(),
  newest: z.int(),
});

/** Answers whether all holds. */
export const verifyLog = (
  options: VerifyOptions,
  sources: SettingsSources,
  output: Output,
): Promise<boolean> => verifyChain(LOG, options, sources, output);

/**
 * What heartbeats of the feed said of the log: they have left the gateway since, so that its end cannot be taken off, and the
 * whole not be made anew, without a word.
 */
async function toldByFeed(call: Call): Promise<Anchors> {
  const told = new Map<number, string>();
  for (let after = 0; ; ) {
    const path = `ioc/feed?kinds=heartbeat&after=${after}&limit=${AT_ONCE}`;
    const { records, next, newest } = await call(path, heartbeatsSchema);
    // What was told of a number first is what it was.
    for (const { heartbeat } of records)
      if (heartbeat.audit !== undefined && !told.has(heartbeat.audit.number))
        told.set(heartbeat.audit.number, heartbeat.audit.hash);
    if (next <= after || next >= newest) return told;
    after = next;
  }
}
