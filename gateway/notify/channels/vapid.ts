/** The key by which push services know this gateway (RFC 8292). Browsers subscribe for it: another one would lose them all. */
import webPush from 'web-push';
import type { Ledger } from '../../ledger.ts';

export type VapidKeys = webPush.VapidKeys;

/** The keys of this ledger, made when they are asked for first. They are kept in it (0600, in every backup). */
export function openVapidKeys({ db, transaction }: Ledger): VapidKeys {
  return transaction(() => {
    const kept = db.prepare('SELECT public, private FROM vapid_key').get();
    if (kept !== undefined) return { publicKey: String(kept.public), privateKey: String(kept.private) };
    const made = webPush.generateVAPIDKeys();
    db.prepare('INSERT INTO vapid_key VALUES (1, ?, ?)').run(made.publicKey, made.privateKey);
    return made;
  });
}
