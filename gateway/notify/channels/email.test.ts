/** E-mail to a real SMTP server, plain and over TLS, and to servers that are none. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import PostalMime from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { expect, onTestFinished, test, vi } from 'vitest';
import { makeCertificate } from '../../../test/support/certificate.ts';
import { channel, message, NEVER, open, outcome, scratch } from '../../../test/support/channels.ts';
import { hasProgram } from '../../../test/support/programs.ts';

vi.setConfig({ testTimeout: 30_000 });

interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: Buffer;
  readonly secure: boolean;
}

/** Keeps what it was sent. */
async function startServer(options: SMTPServerOptions = {}) {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    logger: false,
    ...options,
    async onData(stream, session, done) {
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk);
      const { mailFrom, rcptTo } = session.envelope;
      mails.push({
        from: mailFrom === false ? '' : mailFrom.address,
        to: rcptTo.map(({ address }) => address),
        raw: Buffer.concat(chunks),
        secure: session.secure,
      });
      done();
    },
  });
  // A client that goes is no fault of the server.
  server.on('error', () => {});
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { port: (listening.address() as { port: number }).port, mails };
}

const openEmail = (settings: object) =>
  channel(open({ email: { host: '127.0.0.1', from: 'quantrac@example.vn', ...settings } }), 'email');

test('a message is text and HTML, and says that a machine sent it', async () => {
  const { port, mails } = await startServer();
  const email = openEmail({ port });
  await email.send('kiem.lam@example.vn', message, NEVER);
  await email.send('kiem.lam@example.vn', message, NEVER);
  const [mail, again] = mails;
  expect(mail).toMatchObject({ from: 'quantrac@example.vn', to: ['kiem.lam@example.vn'], secure: false });
  const read = await PostalMime.parse(mail?.raw ?? '');
  expect(read).toMatchObject({
    subject: message.title,
    from: { name: 'Quantrac', address: 'quantrac@example.vn' },
    to: [{ address: 'kiem.lam@example.vn' }],
    messageId: '<m_12_1@example.vn>',
  });
  expect(read.text?.trimEnd()).toBe(`${message.text}\n\n${message.url}`);
  expect(read.html).toContain('&lt;b&gt;ngày&lt;/b&gt; 05/03 &amp; &quot;gió&quot;');
  expect(read.html).toContain('<a href="https://quantrac.example.vn/ack/abc?x=1&amp;y=2"');
  expect(read.html).not.toContain('<b>');
  const headers = Object.fromEntries(read.headers.map(({ key, value }) => [key, value]));
  expect(headers).toMatchObject({ 'auto-submitted': 'auto-generated', importance: 'High' });
  // A repeat can be known.
  expect((await PostalMime.parse(again?.raw ?? '')).messageId).toBe(read.messageId);
});

test('what is to be followed is a link, what a name has in it is none', async () => {
  const { port, mails } = await startServer();
  const text = [
    'Cảnh báo: Trạm https://evil.example/?a=1: Bụi 5, lúc 14:05',
    '  Bản đồ: geo:16.06113,108.22746',
    'Cảnh báo: geo:16.06113,108.22746 giả: Bụi 5, lúc 14:05',
  ].join('\n');
  const maps = ['geo:16.06113,108.22746'];
  await openEmail({ port }).send('kiem.lam@example.vn', { ...message, text, maps }, NEVER);
  const { html = '' } = await PostalMime.parse(mails[0]?.raw ?? '');
  expect([...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href)).toEqual([
    'geo:16.06113,108.22746',
    'https://quantrac.example.vn/ack/abc?x=1&amp;y=2',
    'https://quantrac.example.vn/ack/abc?x=1&amp;y=2',
  ]);
  expect(html).toContain('Bản đồ: <a href="geo:16.06113,108.22746">geo:16.06113,108.22746</a><br>');
});

test('an address that the server does not know is undeliverable, all else is tried again; no fault names it', async () => {
  let code = 550;
  let where: 'to' | 'from' = 'to';
  const refuse = (address: string) =>
    Object.assign(new Error(`no such user ${address} here`), { responseCode: code });
  const { port } = await startServer({
    onMailFrom: ({ address }, _, done) => done(where === 'from' ? refuse(address) : null),
    onRcptTo: ({ address }, _, done) => done(refuse(address)),
  });
  const email = openEmail({ port });
  const send = () => outcome(email.send('kiem.lam@example.vn', message, NEVER));
  expect(await send()).toEqual([true, 'the mail server answered 550: it does not take this address']);
  code = 451;
  expect(await send()).toEqual([false, 'the mail server answered 451: not now']);
  code = 553;
  where = 'from';
  expect(await send()).toEqual([false, 'the mail server answered 553: it does not take this sender']);
  for (const address of ['kiem.lam', 'a@b\r\nRCPT TO:<c@d>', 'a@b,c@d', '<a@b>', ''])
    expect(await outcome(email.send(address, message, NEVER))).toEqual([true, 'this is no e-mail address']);
});

test('user and password, and a wrong one', async () => {
  const { port, mails } = await startServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _, done) =>
      username === 'quantrac' && password === 'secret'
        ? done(null, { user: username })
        : done(new Error('no')),
  });
  await openEmail({ port, user: 'quantrac', password: 'secret' }).send('a@example.vn', message, NEVER);
  expect(mails).toHaveLength(1);
  const wrong = openEmail({ port, user: 'quantrac', password: 'other' });
  expect(await outcome(wrong.send('a@example.vn', message, NEVER))).toEqual([
    false,
    'the mail server answered 535: user or password are not those that it knows',
  ]);
});

test.skipIf(!hasProgram('openssl'))('TLS at once and by STARTTLS, with an authority of our own', async () => {
  const { ca, cert, key } = makeCertificate(scratch());
  const secure = await startServer({ secure: true, cert, key, disabledCommands: ['AUTH'] });
  const upgraded = await startServer({ cert, key, disabledCommands: ['AUTH'] });
  await openEmail({ port: secure.port, security: 'tls', ca }).send('a@example.vn', message, NEVER);
  await openEmail({ port: upgraded.port, security: 'starttls', ca }).send('a@example.vn', message, NEVER);
  expect([...secure.mails, ...upgraded.mails].map((mail) => mail.secure)).toEqual([true, true]);

  const fault = (settings: object) =>
    outcome(openEmail(settings).send('a@example.vn', message, NEVER)).then((result) => result?.[1]);
  const untrusted = /^its certificate is of no authority that we trust/;
  expect(await fault({ port: secure.port, security: 'tls' })).toMatch(untrusted);
  expect(await fault({ port: upgraded.port, security: 'starttls' })).toMatch(untrusted);
  const plain = await startServer();
  expect(await fault({ port: plain.port, security: 'starttls' })).toBe(
    'the mail server has no TLS, or it fails',
  );
  expect(plain.mails).toEqual([]);
});

test('a server that hangs, ends the connection, babbles or is not there', async () => {
  const sockets: Socket[] = [];
  const listen = async (taken: (socket: Socket) => void) => {
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => {});
      taken(socket);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    return (server.address() as { port: number }).port;
  };
  const hangs = await listen(() => {});
  const stopping = new AbortController();
  const sending = outcome(openEmail({ port: hangs }).send('a@example.vn', message, stopping.signal));
  await vi.waitUntil(() => sockets.length > 0);
  stopping.abort();
  expect(await sending).toEqual([false, 'it was not waited for any longer']);
  await vi.waitUntil(
    () => sockets[0]?.closed || sockets[0]?.readableEnded || sockets[0]?.destroyed || !sockets[0]?.readable,
  );

  const fault = async (port: number) =>
    (await outcome(openEmail({ port }).send('a@example.vn', message, NEVER)))?.[1];
  expect(await fault(await listen((socket) => socket.end()))).toMatch(/ended the connection|closed/);
  let written = 0;
  const babbles = await listen((socket) => {
    const more = () => {
      while (!socket.destroyed && written < 50_000_000) {
        written += 65_536;
        if (!socket.write('2'.repeat(65_536))) return;
      }
    };
    socket.on('drain', more);
    more();
  });
  expect(await fault(babbles)).toBeTypeOf('string');
  expect(written).toBeLessThan(20_000_000);
  expect(await fault(1)).toBe('nobody listens at this address and port (ECONNREFUSED)');
});

test('settings: what is not this machine is reached over TLS unless it is said otherwise', () => {
  const settings = (more: object) => () => openEmail({ host: 'mail.example.vn', ...more });
  expect(settings({})).not.toThrow();
  expect(settings({ user: 'a' })).toThrow('user and password go together');
  expect(settings({ from: 'quantrac' })).toThrow();
  expect(settings({ user: 'a', password: { env: 'QUANTRAC_ABSENT' } })).toThrow('QUANTRAC_ABSENT');
  expect(settings({ ca: '/absent.pem' })).toThrow('/absent.pem: cannot be read');
});
