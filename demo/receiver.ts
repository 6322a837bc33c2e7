/** A small operations centre for the demo: verifies each webhook with the receiver's own library and prints it. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Webhook } from 'standardwebhooks';
import type { Service } from '../devices/kit/service.ts';
import { PARAMETERS, type ParameterId } from '../devices/parameter.ts';
import { UNITS, type UnitId } from '../devices/unit.ts';
import { type FeedRecord, feedRecordSchema } from '../devices/wire/api.ts';

const MAX_BODY = 1024 * 1024;
const WORDS = { 'alert.raised': 'RAISED ', 'alert.changed': 'CHANGED', 'alert.cleared': 'CLEARED' } as const;

export interface ReceiverOptions {
  readonly port: number;
  readonly secret: string;
  print(line: string): void;
}

export async function startReceiver(options: ReceiverOptions): Promise<Service & { readonly ready: { readonly port: number } }> {
  const webhook = new Webhook(options.secret);
  // Numbers have no holes, so the last one is enough to tell a repeat.
  let last = 0;

  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request);
    if (body === null) return void response.writeHead(413).end();
    let record: FeedRecord;
    try {
      record = feedRecordSchema.parse(webhook.verify(body, request.headers as Record<string, string>));
    } catch {
      options.print('refused a message whose signature or form is wrong');
      return void response.writeHead(400).end();
    }
    if (record.number > last) options.print(lineOf(record));
    last = Math.max(last, record.number);
    response.writeHead(204).end();
  };

  const server = createServer((request, response) => {
    receive(request, response).catch(() => response.destroy());
  });
  server.listen(options.port, '127.0.0.1');
  await once(server, 'listening');
  return {
    ready: { port: (server.address() as { port: number }).port },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const time = new Intl.DateTimeFormat('vi-VN', { timeStyle: 'medium', timeZone: 'Asia/Ho_Chi_Minh' });

/** One record as one line: "#3 RAISED critical Trạm …: Khói 1 (limit fire-smoke 1)". */
export function lineOf({ number, kind, alert }: FeedRecord): string {
  const evidence = alert.evidence.at(-1);
  const unit = evidence && UNITS[evidence.unit as UnitId].label;
  const value = evidence ? ` ${evidence.value}${unit ? ` ${unit}` : ''} (${alert.limit} ${evidence.threshold})` : '';
  const parameter = PARAMETERS[alert.parameter as ParameterId].name.vi;
  const who = alert.acknowledged_by === null ? '' : `, xác nhận bởi / acknowledged by ${alert.acknowledged_by}`;
  const origin = alert.origin ? ` · ${alert.origin.vi}` : '';
  return `#${number} ${time.format(evidence?.at)} ${WORDS[kind]} [${alert.level}] ${alert.station_name.vi}: ${parameter}${value}${who}${origin}`;
}
