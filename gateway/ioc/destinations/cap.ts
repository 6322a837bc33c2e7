/** CAP messages in the order in which they went out: by HTTP POST as `application/cap+xml`, or as files into a folder. */
import { randomUUID } from 'node:crypto';
import { open as openFile, rename, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import { join } from 'node:path';
import { z } from 'zod';
import { UserFault } from '../../../devices/kit/fault.ts';
import type { Published } from '../cap/rows.ts';
import type { DestinationType, OpenDestination, Source } from '../destination.ts';
import { secretSchema } from '../destination-secret.ts';
import { readTls, tlsSchema } from '../destination-tls.ts';
import { judge } from './http-answer.ts';
import { readHeaders } from './http-header.ts';
import { post } from './webhook-request.ts';

const settingsSchema = z.discriminatedUnion('to', [
  z.strictObject({
    to: z.literal('http'),
    url: z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' }),
    /** Value of the header Authorization, as `Bearer …`. */
    authorization: secretSchema.optional(),
    tls: tlsSchema.prefault({}),
  }),
  z.strictObject({
    to: z.literal('folder'),
    /** It must be there; files are named `{identifier}.xml`. */
    path: z.string().min(1).max(1000),
  }),
]);
type Settings = z.infer<typeof settingsSchema>;

interface Parts {
  /** Undefined: CAP is off. */
  readonly cap: Source<Published> | undefined;
}

export const cap: DestinationType<'cap', Settings, Parts> = {
  type: 'cap',
  settings: settingsSchema,
  open(settings, { id, parts, now }) {
    if (parts.cap === undefined)
      throw new UserFault(`destination ${id}: there are no CAP messages, since ioc.cap names no sender`);
    return settings.to === 'http' ? toHttp(settings, parts.cap, now) : toFolder(settings.path, parts.cap);
  },
};

function toHttp(
  settings: Extract<Settings, { to: 'http' }>,
  source: Source<Published>,
  now: () => number,
): OpenDestination<Published> {
  const url = new URL(settings.url);
  const agent =
    url.protocol === 'https:'
      ? new https.Agent({ keepAlive: true, ...readTls(settings.tls) })
      : new http.Agent({ keepAlive: true });
  const headers = {
    'content-type': 'application/cap+xml; charset=utf-8',
    ...(settings.authorization !== undefined && readHeaders({ authorization: settings.authorization })),
  };
  return {
    source,
    wants: () => true,
    async send({ xml }, signal) {
      judge(await post(url, xml, headers, agent, signal), now());
    },
    // A CAP message of a test would be a message: that the receiver answers is all that can be known without one.
    async test(signal) {
      const { status } = await post(url, '', headers, agent, signal);
      if ([401, 403, 404, 405, 410].includes(status) || status >= 500 || (status >= 300 && status <= 399))
        throw new Error(`${url.host} answered ${status} to an empty POST`);
      return `${url.host} answered ${status} to an empty POST; no message was sent`;
    },
    async close() {
      agent.destroy();
    },
  };
}

function toFolder(path: string, source: Source<Published>): OpenDestination<Published> {
  return {
    source,
    wants: () => true,
    async send({ identifier, xml }) {
      // A reader must never see half of a file under its name; a message that comes again takes the place of its first.
      const temporary = join(path, `.${identifier}.xml.part`);
      const file = await openFile(temporary, 'w').catch((error: unknown) => {
        throw folderFault(path, error);
      });
      try {
        await file.writeFile(xml);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, join(path, `${identifier}.xml`));
      const folder = await openFile(path, 'r');
      await folder.sync().finally(() => folder.close());
    },
    async test() {
      const file = join(path, `.${randomUUID()}.part`);
      await writeFile(file, '').catch((error: unknown) => {
        throw folderFault(path, error);
      });
      await rm(file);
      return `${path} is a folder, and a file was written there and removed`;
    },
    async close() {},
  };
}

/** It is not made here: where a share is not mounted its folder must not be filled in its place. */
function folderFault(path: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR'
    ? new Error(`${path} is no folder: make it, or mount it`)
    : error;
}
