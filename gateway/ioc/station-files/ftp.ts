/** Station files to an FTP server, or over TLS (RFC 4217) with its certificate checked. Passive mode. */
import { Readable } from 'node:stream';
import { Client, FTPError } from 'basic-ftp';
import { reasonOf } from '../delivery-reason.ts';
import { readSecret, readText } from '../destination-secret.ts';
import { type Box, SILENCE_MS, TEST_FILE, temporary, until } from './box.ts';
import type { Target } from './settings.ts';

/** Reads password and CA now. Throws a UserFault when they are not there. */
export function ftpBox(settings: Target<'ftp' | 'ftps'>): Box {
  const { to, host, port, user, folder } = settings;
  const password = readSecret(settings.password);
  const ca = settings.to === 'ftps' && settings.ca !== undefined ? readText(settings.ca) : undefined;
  const address = `${to}://${host}:${port}`;

  const session = async <T>(signal: AbortSignal, work: (client: Client) => Promise<T>): Promise<T> => {
    const client = new Client(SILENCE_MS);
    try {
      return await until(
        signal,
        () => client.close(),
        async () => {
          await client.access({
            host,
            port,
            user,
            password,
            secure: to === 'ftps',
            // The name is for SNI; an address has none, and is checked against the certificate's addresses.
            secureOptions: { host, ...(ca !== undefined && { ca }) },
          });
          if (folder !== '.') await client.cd(folder);
          return work(client);
        },
      );
    } catch (error) {
      throw new Error(`${address}: ${reasonOf(error)}`, { cause: error });
    } finally {
      client.close();
    }
  };

  return {
    put: (files, signal, done) =>
      session(signal, async (client) => {
        for (const file of files) {
          const { name, text } = file;
          await client.uploadFrom(Readable.from([Buffer.from(text)]), temporary(name));
          await rename(client, name);
          done(file);
        }
      }),
    test: (signal) =>
      session(signal, async (client) => {
        await client.uploadFrom(Readable.from([Buffer.from('test')]), TEST_FILE);
        await client.remove(TEST_FILE);
        return `${address}: logged in, wrote ${TEST_FILE} in ${folder} and removed it`;
      }),
  };
}

/** Some servers do not rename over a file; it is there when an answer was lost. */
async function rename(client: Client, name: string): Promise<void> {
  try {
    await client.rename(temporary(name), name);
  } catch (error) {
    if (!(error instanceof FTPError)) throw error;
    await client.remove(name, true);
    await client.rename(temporary(name), name);
  }
}
