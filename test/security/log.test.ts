/** What a gateway at the level debug writes when every way on which a secret goes is driven: no secret, and no line that is not its own. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test, vi } from 'vitest';

vi.setConfig({ hookTimeout: 60_000 });

let log = '';
let secrets: string[] = [];
let person = { status: 0, text: '' };
beforeAll(async () => {
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [join(import.meta.dirname, 'loud.ts')],
    {
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  log = stderr;
  ({ secrets, person } = JSON.parse(stdout) as { secrets: string[]; person: typeof person });
});

test('the ways were driven: refusals and failures stand in the log', () => {
  expect(person.status).toBe(200);
  for (const message of ['client refused', 'publish refused', 'login refused'])
    expect(log).toContain(message);
  expect(log.split('\n').length).toBeGreaterThan(10);
});

test('no secret, address or number of a person is in it', () => {
  expect(secrets.length).toBeGreaterThan(6);
  for (const secret of secrets) {
    const line = log.split('\n').find((text) => text.includes(secret));
    expect(line).toBeUndefined();
  }
});

test('each line is one of the gateway: no name, topic or address becomes one', () => {
  for (const line of log.trim().split('\n')) {
    expect(() => JSON.parse(line), line).not.toThrow();
    expect(JSON.parse(line)).toMatchObject({
      service: 'gateway',
      msg: expect.not.stringMatching(/^forged$/),
    });
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that none gets to a terminal is what is tried
  expect(log).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
});

test('no line is longer than a screen or two, however long the names are that came', () => {
  for (const line of log.split('\n')) expect(line.length).toBeLessThan(8000);
});
