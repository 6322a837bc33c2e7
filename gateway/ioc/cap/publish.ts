/** How a draft becomes a message that goes out: its identifier, its time and what it refers to. */
import { VIETNAM_AHEAD_MS } from '../../../devices/local-time.ts';
import type { CapRefusal } from './book.ts';
import { checkCap } from './check.ts';
import { type CapMessage, capXml } from './message.ts';
import type { CapRows, Draft, PublishedHead } from './rows.ts';
import type { CapSettings } from './settings.ts';

/** Answers why it did not go out; null when it did. Call it within a transaction. */
export type Publish = (draft: Draft, by: string | null, reason: string | null) => CapRefusal | null;

export function createPublishing(
  rows: CapRows,
  settings: CapSettings,
  now: () => number,
  onFault: (draft: number, faults: readonly string[]) => void,
  onPublished: () => void,
): Publish {
  const { sender, scope, restriction, addresses, expires_s } = settings;
  return (draft, by, reason) => {
    const { chain, number, content } = draft;
    const ends = content.kind !== 'warning';
    // All that still hold, also what a later one took the place of: who missed that one must know that it is over.
    const references = rows.unexpired(chain, now());
    if (ends && references.length === 0) {
      rows.decide(number, 'overtaken', null, now(), null);
      rows.close(chain);
      return 'over';
    }
    const second = Math.floor(now() / 1000) * 1000;
    // Never before what it refers to, also when the clock was set back.
    const sent = Math.max(second, ...references.map((reference) => reference.sent));
    const year = new Date(sent + VIETNAM_AHEAD_MS).getUTCFullYear();
    const serial = rows.nextSerial(year);
    const type = messageType(content.kind, references);
    const expires =
      type === 'Cancel'
        ? Math.max(...references.map((reference) => reference.expires))
        : sent + expires_s * 1000;
    const message: CapMessage = {
      identifier: `vn.${settings.province}.${settings.system}-${year}-${String(serial).padStart(6, '0')}`,
      sender,
      sent,
      status: content.status,
      msgType: type,
      scope,
      restriction,
      addresses,
      note: content.note,
      references,
      incidents: content.incidents,
      info: content.info.map((info) => ({
        ...info,
        effective: sent,
        // A reading may be dated up to five minutes ahead of this clock.
        onset: Math.min(info.onset, sent),
        expires,
      })),
    };
    const xml = capXml(message);
    const faults = checkCap(xml);
    if (faults.length > 0) {
      rows.decide(number, 'refused', null, now(), faults.join('; ').slice(0, 2000));
      onFault(number, faults);
      return 'faulty';
    }
    rows.publish(
      {
        chain,
        draft: number,
        identifier: message.identifier,
        sender,
        type,
        sent,
        expires,
        headline: content.info[0]?.headline ?? content.note ?? message.identifier,
        xml,
      },
      year,
      serial,
    );
    rows.decide(number, 'published', by, by === null ? null : now(), reason);
    if (ends) rows.close(chain);
    onPublished();
    return null;
  };
}

function messageType(
  kind: Draft['content']['kind'],
  references: readonly PublishedHead[],
): PublishedHead['type'] {
  if (kind === 'cancel') return 'Cancel';
  return references.length === 0 ? 'Alert' : 'Update';
}
