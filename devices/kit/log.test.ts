import { expect, test } from 'vitest';
import { withoutSecrets } from './log.ts';

const logged = (fields: object): string => {
  const line = withoutSecrets(JSON.stringify(fields));
  expect(() => JSON.parse(line)).not.toThrow();
  return line;
};

test.each<[string, object]>([
  ['a field', { password: 'SECRET' }],
  ['a field far down', { a: { b: { c: { d: [{ credential_secret: 'SECRET' }] } } } }],
  [
    'a header',
    { headers: { Authorization: 'Bearer SECRET', cookie: 'a=SECRET', 'set-cookie': ['x=SECRET'] } },
  ],
  ['a number', { token: 5738291 }],
  ['a text with quotes', { token: 'a"SECRET\\"x' }],
  ['a list', { phones: ['SECRET', 'SECRET'], emails: ['SECRET'] }],
  ['the login of an address', { err: { message: 'connect mqtt://name:SECRET@host:1883 failed' } }],
  ['a bearer in a message', { msg: 'sent Authorization: Bearer SECRETSECRET to it' }],
  ['a session in a message', { msg: 'cookie was quantrac_session=SECRET; path=/' }],
  ['a query', { url: '/x?a=1&token=SECRET&b=2' }],
  ['a one-time link', { url: 'http://host/login/SECRETSECRET' }],
  ['a link of a message', { url: '/ack/SECRETSECRET' }],
  ['an address of a person', { err: { message: '550 no mailbox SECRET@example.vn here' } }],
])('%s is not in the log', (_, fields) => {
  const line = logged(fields);
  expect(line).not.toMatch(/SECRET|5738291/);
  expect(line).toContain('[secret]');
});

test.each(['+84905123456', '0905123456'])('the number %s of a person is not in the log', (phone) => {
  expect(logged({ msg: `to ${phone} not sent` })).toBe('{"msg":"to [secret] not sent"}');
});

test.each<[string, object]>([
  ['times and counts', { time: '2026-03-05T06:15:02.123Z', at: 1772690400000, bytes: 905123456 }],
  ['a place', { latitude: 16.0611, longitude: 108.2275 }],
  ['a topic and a station', { topic: 'quantrac/v1/edge-a/cau-do/readings', station: 'cau-do' }],
  [
    'an address without a login',
    { url: 'https://ioc.example.vn:8443/in', file: '/var/lib/quantrac/ledger.db' },
  ],
  ['a stack', { err: { stack: 'Error: x\n    at a (file:///opt/quantrac/gateway/app.ts:10:5)' } }],
  ['an identity', { serial: '00a1b2c3d4e5f6', device: '24e124454e123456' }],
])('%s stay in the log as they are', (_, fields) => {
  expect(logged(fields)).toBe(JSON.stringify(fields));
});
