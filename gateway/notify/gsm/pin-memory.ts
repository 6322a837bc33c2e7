/** The PIN that the SIM refused, over restarts: each start that tried it again would come nearer to a card that is locked. */
import type { Ledger } from '../../ledger.ts';
import { hashPassword, passwordMatches } from '../../password.ts';

export interface PinMemory {
  /** Whether this PIN was refused last. */
  isRefused(pin: string): Promise<boolean>;
  refused(pin: string): Promise<void>;
  /** The SIM is open, and counts wrong PINs anew. */
  opened(): void;
}

export function createPinMemory({ db }: Ledger): PinMemory {
  const select = db.prepare('SELECT hash FROM refused_pin');
  const upsert = db.prepare(
    'INSERT INTO refused_pin VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET hash = excluded.hash',
  );
  const remove = db.prepare('DELETE FROM refused_pin');
  const kept = (): string | null => (select.get()?.hash as string | undefined) ?? null;
  return {
    async isRefused(pin) {
      const hash = kept();
      return hash !== null && passwordMatches(pin, hash);
    },
    async refused(pin) {
      upsert.run(await hashPassword(pin));
    },
    opened() {
      if (kept() !== null) remove.run();
    },
  };
}
