/** Who the field's gateway speaks to, on loopback: operations centres that take, are full or refuse, and an SMS gateway. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { WEBHOOK_SECRET } from '../support/receiver.ts';

export interface Receivers {
  /** The gateway's settings that name them. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Records that the working one took. */
  taken(): number;
  stop(): Promise<void>;
}

export async function startReceivers(): Promise<Receivers> {
  let taken = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    if (request.url === '/taking') taken++;
    // It knows nothing of fires, which become dead letters; nothing fits into the full one.
    const refuses = request.url === '/picky' && body.includes('fire_detection');
    const status = request.url === '/full' ? 503 : refuses ? 422 : 200;
    response.writeHead(status, { 'content-type': 'application/json' }).end('{"ok":true}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  const hook = (id: string) => ({ id, url: `${url}/${id}`, secret: WEBHOOK_SECRET });
  return {
    settings: {
      ioc: {
        destinations: [hook('taking'), hook('full'), hook('picky')],
        cap: CAP,
      },
      notify: {
        channels: {
          sms: { via: 'http', url: `${url}/sms`, body: '{"to": "{to_digits}", "text": "{text}"}' },
          // Nobody listens there: a channel that fails.
          email: { host: '127.0.0.1', port: 9, from: 'quantrac@example.vn' },
        },
      },
    },
    taken: () => taken,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const CAP = {
  sender: 'ioc@example.vn',
  sender_name: { vi: 'Trung tâm điều hành thử', en: 'Operations centre for tests' },
  province: '48',
  system: 'field',
  scope: 'Public',
  web: 'https://example.vn/canh-bao',
  contact: 'Văn phòng trực ban',
  radius_km: 3,
  expires_s: 3600,
};
