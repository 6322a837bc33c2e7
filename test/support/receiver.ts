/** An operations centre for tests: verifies with the receiver's own library and keeps what came. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { type FeedRecord, feedRecordSchema } from '../../devices/wire/feed.ts';

export const WEBHOOK_SECRET = `whsec_${Buffer.alloc(32, 42).toString('base64')}`;

/** `onRecord` is called with each record as it comes. */
export async function startTestReceiver(onRecord?: (record: FeedRecord) => void) {
  const records: FeedRecord[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = new Webhook(WEBHOOK_SECRET).verify(
      Buffer.concat(chunks).toString(),
      request.headers as Record<string, string>,
    );
    const record = feedRecordSchema.parse(body);
    records.push(record);
    onRecord?.(record);
    response.writeHead(204).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    records,
    /** Those of alerts: hours, status and heartbeats come in between. */
    alerts: () => records.filter((record) => 'alert' in record),
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}/`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
