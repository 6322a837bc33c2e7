/** The key that an edge signs the heads of its chains with. It is made here and never leaves. */
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '../devices/kit/log.ts';
import { writeWhole } from '../devices/kit/whole-file.ts';

/** Ed25519, PKCS #8 in PEM, mode 0600. Throws when the disk refuses a new one. */
export function openSealKey(dataDir: string, log: Logger): KeyObject {
  const file = join(dataDir, 'identity', 'seal.key');
  const kept = readKey(file, log);
  if (kept !== null) return kept;
  const { privateKey } = generateKeyPairSync('ed25519');
  writeWhole(file, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  return privateKey;
}

function readKey(file: string, log: Logger): KeyObject | null {
  try {
    const key = createPrivateKey(readFileSync(file));
    if (key.asymmetricKeyType !== 'ed25519') throw new Error('it is no Ed25519 key');
    return key;
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code === 'ENOENT') return null;
    // Readings go on: the centre refuses the heads of a new key until a person has enrolled the edge anew.
    renameSync(file, `${file}.damaged`);
    log.error({ file, err }, 'the key for heads cannot be read, a new one is made: enrol this edge again');
    return null;
  }
}
