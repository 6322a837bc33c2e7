/** SMS gateways and chat services by HTTP: what comes at a receiver of this machine, and what its answers mean. */
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { expect, onTestFinished, test, vi } from 'vitest';
import { makeCertificate } from '../../../test/support/certificate.ts';
import { channel, message, NEVER, open, outcome, scratch } from '../../../test/support/channels.ts';
import { hasProgram } from '../../../test/support/programs.ts';
import { Unanswered } from '../channel.ts';

vi.setConfig({ testTimeout: 30_000 });

interface Request {
  readonly method: string;
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

async function startService(answer: (response: http.ServerResponse) => void = (response) => response.end()) {
  const requests: Request[] = [];
  const server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url = '', headers } = request;
    requests.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
    answer(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { origin: `http://127.0.0.1:${(server.address() as { port: number }).port}`, requests };
}

const sms = (settings: object) => channel(open({ sms: { via: 'http', ...settings } }), 'sms');
const PLAIN = 'KHAN: chay rung Ba Na "khoi" 38 luc 14:05. Tra loi OK 12';

test('JSON with a key in a header, as many gateways want it', async () => {
  const { origin, requests } = await startService();
  vi.stubEnv('TEST_SMS_KEY', 'ke"y');
  onTestFinished(() => void vi.unstubAllEnvs());
  const gateway = sms({
    url: `${origin}/send`,
    headers: { authorization: 'Bearer {api_key}', 'x-id': '{id}' },
    secrets: { api_key: { env: 'TEST_SMS_KEY' } },
    body: '{"to": "{to_digits}", "plus": "{to_international}", "given": "{to}", "text": "{text}", "key": "{api_key}"}',
  });
  await gateway.send('0905 123.456', message, NEVER);
  const [request] = requests;
  expect(request).toMatchObject({
    method: 'POST',
    url: '/send',
    headers: {
      authorization: 'Bearer ke"y',
      'x-id': message.id,
      'content-type': 'application/json; charset=utf-8',
    },
  });
  expect(JSON.parse(request?.body ?? '')).toEqual({
    to: '84905123456',
    plus: '+84905123456',
    given: '0905123456',
    text: message.short,
    key: 'ke"y',
  });
});

test('a form, XML, and all in the address; each escaped as it needs', async () => {
  const { origin, requests } = await startService();
  const common = { url: `${origin}/`, alphabet: 'gsm7' };
  await sms({
    ...common,
    content_type: 'application/x-www-form-urlencoded',
    body: 'to={to}&text={text}',
  }).send('+84905123456', message, NEVER);
  await sms({ ...common, content_type: 'text/xml', body: '<sms to="{to}">{text}</sms>' }).send(
    '1800',
    message,
    NEVER,
  );
  await sms({ url: `${origin}/sms?to={to}&text={text}&id={id}`, method: 'GET' }).send(
    '0905123456',
    message,
    NEVER,
  );
  const [form, xml, query] = requests;
  expect(Object.fromEntries(new URLSearchParams(form?.body))).toEqual({ to: '+84905123456', text: PLAIN });
  expect(xml?.body).toBe(`<sms to="1800">${PLAIN.replaceAll('"', '&#34;')}</sms>`);
  const { searchParams } = new URL(query?.url ?? '', origin);
  expect(Object.fromEntries(searchParams)).toEqual({
    to: '0905123456',
    text: message.short,
    id: message.id,
  });
  expect(query).toMatchObject({ method: 'GET', body: '' });
});

test('a chat service gets the whole text, to whom it knows', async () => {
  const { origin, requests } = await startService((response) => response.end('{"error": 0}'));
  const channels = open({
    chat: {
      zalo: {
        url: `${origin}/v3.0/oa/message/cs`,
        headers: { access_token: '{token}' },
        secrets: { token: 'very-secret' },
        body: '{"recipient": {"user_id": "{to}"}, "message": {"text": "{title}\\n{text}\\n{url}"}}',
        success: '"error"\\s*:\\s*0\\b',
      },
    },
  });
  await channel(channels, 'chat:zalo').send('2512523625412515', message, NEVER);
  expect(requests[0]?.headers.access_token).toBe('very-secret');
  expect(JSON.parse(requests[0]?.body ?? '')).toEqual({
    recipient: { user_id: '2512523625412515' },
    message: { text: `${message.title}\n${message.text}\n${message.url}` },
  });
  expect(await outcome(channel(channels, 'chat:zalo').send('a b', message, NEVER))).toEqual([
    true,
    'this is no address of a chat service',
  ]);
});

test('a chat service whose template has no place for the link gets it in the text', async () => {
  const { origin, requests } = await startService((response) => response.end());
  const channels = open({ chat: { zalo: { url: `${origin}/`, body: '{"text": "{text}"}' } } });
  await channel(channels, 'chat:zalo').send('2512523625412515', message, NEVER);
  expect(JSON.parse(requests[0]?.body ?? '')).toEqual({ text: `${message.text}\n\n${message.url}` });
});

test('status and answer say whether it was taken; no fault has a number or key in it', async () => {
  let [status, body] = [200, '{"CodeResult": "100"}'];
  const { origin } = await startService((response) => response.writeHead(status).end(body));
  const gateway = sms({
    url: `${origin}/?key={key}&to={to}`,
    secrets: { key: 'very-secret' },
    success: '"CodeResult":\\s*"100"',
  });
  const send = async (answered: number, said: string) => {
    [status, body] = [answered, said];
    const result = await outcome(gateway.send('0905123456', message, NEVER));
    expect(result?.[1] ?? '').not.toMatch(/very-secret|905123456/);
    return result;
  };
  expect(await send(200, '{"CodeResult": "100"}')).toBe(null);
  expect(await send(200, '{"CodeResult": "99", "to": "0905123456"}')).toEqual([
    false,
    'the service answered 200, but not what the settings have under success',
  ]);
  expect(await send(400, '')).toEqual([true, 'the service answered 400: it does not take this message']);
  for (const answered of [301, 401, 404, 429, 503])
    expect(await send(answered, '{"CodeResult": "100"}')).toEqual([
      false,
      `the service answered ${answered}`,
    ]);
  expect(await outcome(gateway.send('no number', message, NEVER))).toEqual([
    true,
    'this is no telephone number',
  ]);
  expect(await outcome(gateway.send('0905123456\r\nx: y', message, NEVER))).toEqual([
    true,
    'this is no telephone number',
  ]);
});

test('nobody knows what became of a message that went out and was not answered; of one that did not go out it is known', async () => {
  const lost = (answer: (response: http.ServerResponse) => void, more: object = {}) =>
    startService(answer).then(({ origin }) =>
      sms({ url: `${origin}/`, body: '{}', ...more })
        .send('1800', message, NEVER)
        .catch((error: Error) => error),
    );
  expect(await lost((response) => response.destroy())).toBeInstanceOf(Unanswered);
  expect(await lost((response) => response.writeHead(504).end())).toBeInstanceOf(Unanswered);
  const cut = (response: http.ServerResponse) => {
    response.writeHead(200, { 'content-length': 100 }).write('{');
    setImmediate(() => response.destroy());
  };
  expect(await lost(cut, { success: 'taken' })).toBeInstanceOf(Unanswered);
  expect(await lost(cut)).toBe(undefined);

  const down = await sms({ url: 'http://127.0.0.1:1/', body: '{}' })
    .send('1800', message, NEVER)
    .catch((error: Error) => error);
  expect(down).toBeInstanceOf(Error);
  expect(down).not.toBeInstanceOf(Unanswered);
});

test.skipIf(!hasProgram('openssl'))('a certificate that is not trusted keeps the message here', async () => {
  const { cert, key } = makeCertificate(scratch());
  const server = https.createServer({ cert, key });
  const port = await new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
  onTestFinished(() => void server.close());
  const error = await sms({ url: `https://127.0.0.1:${port}/`, body: '{}' })
    .send('1800', message, NEVER)
    .catch((fault: Error) => fault);
  expect(error).toBeInstanceOf(Error);
  expect(error).not.toBeInstanceOf(Unanswered);
});

test('of a large answer no more is read than needs be', async () => {
  let sent = 0;
  const { origin } = await startService((response) => {
    response.on('error', () => {});
    response.write('taken');
    const more = () => {
      while (!response.destroyed && sent < 50_000_000) {
        sent += 65_536;
        if (!response.write(Buffer.alloc(65_536, 'a'))) return;
      }
    };
    response.on('drain', more);
    more();
  });
  const body = '{}';
  expect(
    await outcome(sms({ url: `${origin}/`, body, success: '^taken' }).send('1800', message, NEVER)),
  ).toBe(null);
  expect(sent).toBeLessThan(20_000_000);
});

test('faults of a template are told with their place', () => {
  const url = 'https://sms.example.vn/';
  const fault = (settings: object) => () => sms({ url, ...settings });
  expect(fault({ body: '{"to": "{number}"}' })).toThrow(
    /^notify\.channels\.sms\.body: nobody knows what \{number\} is; there are to, /,
  );
  expect(fault({ headers: { 'x-key': '{key}' } })).toThrow(/^notify\.channels\.sms\.headers\.x-key: /);
  expect(fault({ body: '{"to": {to}}' })).toThrow(
    /^notify\.channels\.sms\.body: is no JSON once it is filled/,
  );
  expect(fault({ secrets: { text: 'a' } })).toThrow(/^notify\.channels\.sms\.secrets: \{text\}/);
  expect(fault({ secrets: { key: { file: '/absent' } } })).toThrow('/absent: cannot be read');
  expect(fault({ url: 'ftp://a/' })).toThrow(/must be an http/);
  expect(fault({ headers: { host: 'a' } })).toThrow(/is a header that is set already/);
  expect(fault({ success: '(' })).toThrow(/must be a regular expression/);
  expect(fault({ via: 'pigeon' })).toThrow();
});
