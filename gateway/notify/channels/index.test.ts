/** The channels together: which there are, that one that hangs delays no other, and SMS by a modem both ways. */
import { once } from 'node:events';
import http from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openPty } from '../../../devices/simulator/pty.ts';
import { channel, message, NEVER, open, outcome, scratch } from '../../../test/support/channels.ts';
import { GsmModem } from '../../../test/support/gsm-modem.ts';
import { hasProgram } from '../../../test/support/programs.ts';
import type { Answer } from '../channel.ts';

vi.setConfig({ testTimeout: 30_000 });

const listen = async (server: http.Server | ReturnType<typeof createServer>): Promise<number> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as { port: number }).port;
};

test('what the settings name is there, and nothing else', () => {
  const chat = { url: 'https://a.example/', body: '{"text": "{text}"}' };
  expect([...open({}).byKind.keys()]).toEqual([]);
  const all = open({
    email: { host: '127.0.0.1', from: 'a@example.vn' },
    web_push: { contact: 'mailto:a@example.vn' },
    sms: { via: 'modem', path: join(tmpdir(), 'quantrac-no-modem') },
    chat: { zalo: chat, 'nhom-truc': chat },
  });
  expect([...all.byKind.keys()].sort()).toEqual(['chat:nhom-truc', 'chat:zalo', 'email', 'sms', 'web-push']);
  expect(all.vapidPublicKey).toMatch(/^[\w-]{87}$/);
});

test('a channel that hangs delays no other, and a stop ends it', async () => {
  const silent = await listen(createServer((socket) => void onTestFinished(() => void socket.destroy())));
  const service = await listen(http.createServer((_, response) => response.end()));
  const channels = open({
    email: { host: '127.0.0.1', port: silent, from: 'a@example.vn' },
    chat: { zalo: { url: `http://127.0.0.1:${service}/`, body: '{"text": "{text}"}' } },
  });
  const stopping = new AbortController();
  let over = false;
  const hanging = outcome(channel(channels, 'email').send('b@example.vn', message, stopping.signal));
  void hanging.then(() => {
    over = true;
  });
  for (let sent = 0; sent < 20; sent++) await channel(channels, 'chat:zalo').send('1', message, NEVER);
  expect(over).toBe(false);
  stopping.abort();
  expect(await hanging).toEqual([false, 'it was not waited for any longer']);
});

test.skipIf(!hasProgram('socat'))('SMS by a modem on a serial port, both ways', async () => {
  const pty = await openPty(join(scratch(), 'modem'), () => {});
  onTestFinished(() => pty.close());
  const modem = new GsmModem();
  modem.write = pty.send;
  pty.onData((chunk) => modem.take(chunk));
  const answers: Answer[] = [];
  const sms = channel(
    open({ sms: { via: 'modem', path: pty.path } }, (answer) => void answers.push(answer)),
    'sms',
  );
  await modem.until(() => modem.heard.includes('AT+CMGL=4'));
  await sms.send('+84 905 123 456', message, NEVER);
  expect(modem.sent).toMatchObject([{ to: '+84905123456', text: message.short, coding: 'ucs2' }]);
  modem.refusals = ['+CMS ERROR: 1', '+CMS ERROR: 42'];
  expect(await outcome(sms.send('0905', message, NEVER))).toEqual([
    true,
    'this number is not given to anybody (+CMS ERROR 1)',
  ]);
  expect((await outcome(sms.send('0905', message, NEVER)))?.[0]).toBe(false);
  expect((await outcome(sms.send('kiem lam', message, NEVER)))?.[0]).toBe(true);
  modem.receive('+84905123456', 'OK 12');
  await modem.until(() => modem.memory.size === 0);
  expect(answers).toEqual([{ from: '+84905123456', text: 'OK 12' }]);
});
