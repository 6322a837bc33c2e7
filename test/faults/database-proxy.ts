/** What stands between the gateway and its InfluxDB, and fails as networks, proxies and databases do. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export type Fault =
  | { readonly kind: 'none' }
  /** Nobody listens, and what was open is reset. */
  | { readonly kind: 'refused' }
  /** The database has done its work; its answer comes so much later. */
  | { readonly kind: 'slow'; readonly byMs: number }
  /** The database has done its work; its answer comes byte by byte. */
  | { readonly kind: 'trickled'; readonly everyMs: number }
  /** Requests are taken and nothing ever comes back. */
  | { readonly kind: 'silent' }
  /** The database has done its work; its answer breaks off within its first line. */
  | { readonly kind: 'cut' }
  /** This is answered, and the database knows nothing of it. */
  | { readonly kind: 'answered'; readonly status: number; readonly retryAfter?: string }
  /** Larger requests are answered 413. */
  | { readonly kind: 'small'; readonly mostBytes: number };

export interface DatabaseProxy {
  readonly url: string;
  /** Requests that carried something (a probe does not), by what became of them: a fault's kind, or "passed". */
  readonly counts: Map<string, number>;
  set(fault: Fault): Promise<void>;
  stop(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

export async function startDatabaseProxy(database: string): Promise<DatabaseProxy> {
  const counts = new Map<string, number>();
  let fault: Fault = { kind: 'none' };

  const pass = async (asked: IncomingMessage, body: Buffer): Promise<Answer> => {
    const { host: _, connection: __, ...headers } = asked.headers;
    const sent = request(new URL(asked.url ?? '/', database), {
      method: asked.method,
      headers,
      agent: false,
    });
    sent.end(body);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    const type = answer.headers['content-type'];
    return {
      status: answer.statusCode ?? 0,
      headers: type === undefined ? {} : { 'content-type': type },
      body: await bodyOf(answer),
    };
  };

  const handle = async (asked: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(asked);
    const now = fault;
    const hit = now.kind !== 'none' && (now.kind !== 'small' || body.length > now.mostBytes);
    const name = hit ? now.kind : 'passed';
    if (body.length > 0) counts.set(name, (counts.get(name) ?? 0) + 1);
    if (!hit) return reply(response, await pass(asked, body));
    switch (now.kind) {
      case 'answered': {
        return reply(response, problem(now.status, now.retryAfter));
      }
      case 'small':
        return reply(response, problem(413));
      case 'slow': {
        const answer = await pass(asked, body);
        await sleep(now.byMs);
        return reply(response, answer);
      }
      case 'trickled': {
        for (const byte of asText(await pass(asked, body))) {
          response.socket?.write(Buffer.of(byte));
          await sleep(now.everyMs);
        }
        response.socket?.destroy();
        return;
      }
      case 'cut': {
        await pass(asked, body);
        response.socket?.end('HTTP/1.1 20');
        return;
      }
      // The server is closed, or nothing is to be said.
      case 'refused':
      case 'silent':
    }
  };

  const server = createServer((asked, response) => {
    // Whoever asked may have gone, and so may the database: then there is no answer.
    handle(asked, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };

  return {
    url: `http://127.0.0.1:${port}`,
    counts,
    async set(next) {
      fault = next;
      if (next.kind === 'refused') await close();
      else if (!server.listening) {
        server.listen(port, '127.0.0.1');
        await once(server, 'listening');
      }
    },
    stop: close,
  };
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const problem = (status: number, retryAfter?: string): Answer => ({
  status,
  headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter },
  body: Buffer.from(JSON.stringify({ error: `the proxy says ${status}` })),
});

function reply(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, headers).end(status === 204 ? undefined : body);
}

/** A whole answer, after which the connection ends. */
function asText({ status, body }: Answer): Buffer {
  const length = status === 204 ? '' : `content-length: ${body.length}\r\n`;
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status} OK\r\n${length}connection: close\r\n\r\n`), body]);
}
