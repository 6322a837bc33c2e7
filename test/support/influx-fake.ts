/** A server that answers writes as a test wants it: for what a real InfluxDB does not do on demand. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FakeWrite {
  /** From 0, in the order in which they came. */
  readonly index: number;
  readonly lines: readonly string[];
  readonly bytes: number;
  readonly authorization: string | undefined;
}

export type FakeAnswer =
  | {
      readonly status: number;
      readonly error?: string;
      readonly text?: string;
      readonly headers?: Record<string, string>;
    }
  | 'hang'
  | 'reset';

export async function startFakeInflux(answer: (write: FakeWrite) => FakeAnswer | Promise<FakeAnswer>) {
  const stored = new Set<string>();
  const writes: FakeWrite[] = [];
  const queries: string[] = [];
  let open = 0;
  let mostOpen = 0;
  const reply = (response: ServerResponse, { status, error, text, headers }: Exclude<FakeAnswer, string>) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(text ?? (error === undefined ? '' : JSON.stringify({ error })));
  };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://fake');
    if (pathname === '/query') {
      queries.push(searchParams.get('q') ?? new URLSearchParams(body).get('q') ?? '');
      reply(response, { status: 200, text: '{"results":[{"statement_id":0}]}' });
      return;
    }
    const lines = body.split('\n').filter((line) => line !== '');
    const write = {
      index: writes.length,
      lines,
      bytes: body.length,
      authorization: request.headers.authorization,
    };
    writes.push(write);
    mostOpen = Math.max(mostOpen, ++open);
    const given = await answer(write);
    open--;
    if (given === 'hang') return;
    if (given === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    if (given.status === 204) for (const line of lines) stored.add(line);
    reply(response, given);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stored,
    writes,
    queries,
    mostOpen: () => mostOpen,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
