/** A small operations centre for the demo: verifies each webhook with the receiver's own library and prints it. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Webhook } from 'standardwebhooks';
import type { Service } from '../devices/kit/service.ts';
import { isParameter, parameterOf } from '../devices/parameter.ts';
import { UNITS, type UnitId } from '../devices/unit.ts';
import { type FeedRecord, feedRecordSchema } from '../devices/wire/feed.ts';

const MAX_BODY = 1024 * 1024;
const WORDS = {
  'alert.raised': 'RAISED ',
  'alert.changed': 'CHANGED',
  'alert.escalated': 'ESCALATED',
  'alert.cleared': 'CLEARED',
  'alert.corrected': 'CORRECTED',
  'alert.retracted': 'RETRACTED',
} as const;
const SILENCES: Readonly<Record<string, string>> = {
  'edge-away': 'mất kết nối / away',
  'station-silent': 'không gửi số liệu / silent',
  'flows-silent': 'không hoạt động / silent',
};

export interface ReceiverOptions {
  readonly port: number;
  readonly secret: string;
  print(line: string): void;
}

export async function startReceiver(
  options: ReceiverOptions,
): Promise<Service & { readonly ready: { readonly port: number } }> {
  const webhook = new Webhook(options.secret);
  // Numbers have no holes, so the last one is enough to tell a repeat.
  let last = 0;

  /** Where replayed values come from is said once a station; its lines carry a mark. */
  const origins = new Set<string>();
  const tell = (record: FeedRecord): void => {
    if (!('alert' in record)) return;
    const { station, station_name: name, origin } = record.alert;
    if (origin && !origins.has(station)) options.print(`${name.vi}: ${origin.vi}`);
    if (origin) origins.add(station);
    options.print(lineOf(record));
  };

  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request);
    if (body === null) return void response.writeHead(413).end();
    let record: FeedRecord;
    try {
      const verified = webhook.verify(body, request.headers as Record<string, string>);
      if ((verified as { kind?: unknown }).kind === 'test') return void response.writeHead(204).end();
      record = feedRecordSchema.parse(verified);
    } catch {
      options.print('refused a message whose signature or form is wrong');
      return void response.writeHead(400).end();
    }
    if (record.number > last) tell(record);
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

/** One record as one line: `#3 06:15:02 RAISED  [critical] Chốt …: Khói 1 (fire-smoke 1) · phát lại / replayed`. */
export function lineOf({ number, at, kind, alert }: Extract<FeedRecord, { alert: unknown }>): string {
  const parameter = isParameter(alert.parameter) ? parameterOf(alert.parameter) : null;
  const what = parameter?.name.vi ?? SILENCES[alert.limit] ?? alert.limit;
  const decimals = parameter?.decimals ?? 0;
  const evidence = alert.evidence.at(-1);
  const value = evidence
    ? ` ${evidence.value.toFixed(decimals)} ${UNITS[evidence.unit as UnitId].label}`.trimEnd()
    : '';
  const limit = evidence ? ` (${alert.limit} ${evidence.threshold})` : '';
  const marks = [
    alert.unverified ? 'chưa xác minh / unverified' : null,
    alert.flapping ? 'chập chờn / flapping' : null,
    alert.no_data ? 'mất số liệu / no data' : null,
    alert.state === 'latched' ? 'chờ đặt lại / latched' : null,
    alert.shelved ? `tạm gác / shelved: ${alert.shelved.by}` : null,
    alert.incident ? `vụ cháy / incident ${alert.incident}` : null,
    alert.acknowledged_by === null ? null : `xác nhận / acknowledged: ${alert.acknowledged_by}`,
    alert.origin ? 'phát lại / replayed' : null,
  ].filter((mark) => mark !== null);
  const who = `${alert.station_name.vi}: ${what}${value}${limit}`;
  return [`#${number} ${time.format(at)} ${WORDS[kind]} [${alert.level}] ${who}`, ...marks].join(' · ');
}
