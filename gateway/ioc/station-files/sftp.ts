/** Station files to an SFTP server whose host key is known. */
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import Client from 'ssh2-sftp-client';
import { reasonOf } from '../delivery-reason.ts';
import { readSecret } from '../destination-secret.ts';
import { type Box, SILENCE_MS, TEST_FILE, temporary, until } from './box.ts';
import type { Target } from './settings.ts';

/** As `ssh-keygen -lf` shows a key: SHA-256 in base64 without padding. */
const fingerprint = (key: Buffer): string =>
  `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;

/** Reads password or key now. Throws a UserFault when they are not there. */
export function sftpBox(settings: Target<'sftp'>): Box {
  const { host, port, user, folder, host_key } = settings;
  const login =
    settings.private_key === undefined
      ? { password: settings.password && readSecret(settings.password) }
      : { privateKey: `${readSecret(settings.private_key)}\n` };
  const address = `sftp://${host}:${port}`;
  const at = (name: string): string => `${folder}/${name}`;

  const session = async <T>(signal: AbortSignal, work: (client: Client) => Promise<T>): Promise<T> => {
    const nothing = () => {};
    const client = new Client('sftp', { error: nothing, end: nothing, close: nothing });
    const socket = connect({ host, port, noDelay: true, timeout: SILENCE_MS });
    socket.on('timeout', () => socket.destroy(new Error(`says nothing for ${SILENCE_MS / 1000} s`)));
    // ssh2 hears of it too; without a listener of our own it would end the process after the session.
    socket.on('error', nothing);
    let shown: string | null = null;
    try {
      return await until(
        signal,
        () => socket.destroy(),
        async () => {
          await client.connect({
            sock: socket,
            username: user,
            ...login,
            readyTimeout: SILENCE_MS,
            hostVerifier: (key: Buffer) => {
              shown = fingerprint(key);
              return shown === host_key;
            },
          });
          return work(client);
        },
      );
    } catch (error) {
      if (shown !== null && shown !== host_key)
        throw new Error(`${address}: its host key is ${shown}, "host_key" says ${host_key}`, {
          cause: error,
        });
      throw new Error(`${address}: ${reasonOf(error)}`, { cause: error });
    } finally {
      socket.destroy();
    }
  };

  return {
    put: (files, signal, done) =>
      session(signal, async (client) => {
        for (const file of files) {
          const { name, text } = file;
          await client.put(Buffer.from(text), at(temporary(name)));
          await rename(client, at(temporary(name)), at(name));
          done(file);
        }
      }),
    test: (signal) =>
      session(signal, async (client) => {
        await client.put(Buffer.from('test'), at(TEST_FILE));
        await client.delete(at(TEST_FILE));
        return `${address}: logged in, wrote ${at(TEST_FILE)} and removed it`;
      }),
  };
}

/** SFTP version 3 does not rename over a file, which is there when an answer was lost; OpenSSH has a word of its own that does. */
async function rename(client: Client, from: string, to: string): Promise<void> {
  try {
    await client.posixRename(from, to);
  } catch {
    await client.delete(to, true);
    await client.rename(from, to);
  }
}
