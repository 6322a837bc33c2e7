/** What commands say where the wrong thing could happen without a word. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { issueCode } from '../gateway/identity/edge-command.ts';

const QUANTRAC = join(import.meta.dirname, '../quantrac.js');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quantrac-command-line-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Settings in the folder as a person writes them; answers the file. */
function settings(lines: string): string {
  const file = join(folder, 'gateway.yaml');
  writeFileSync(file, lines, { mode: 0o600 });
  return file;
}

interface Ended {
  readonly code: unknown;
  readonly out: string;
  readonly err: string;
}
/** In the folder, without a terminal. */
const quantrac = (words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> =>
  new Promise((resolve) => {
    const options = { cwd: folder, env: { ...process.env, ...env } };
    const child = execFile(process.execPath, [QUANTRAC, ...words], options, (error, out, err) =>
      resolve({ code: error === null ? 0 : error.code, out, err }),
    );
    child.stdin?.end();
  });

describe('a data_dir that is not there', () => {
  test.each([
    [['edge', 'code', 'son-tra-1']],
    [['edge', 'list']],
    [['user', 'add', 'lan', '--role', 'viewer']],
    [['device', 'son-tra-1']],
  ])('%j makes no ledger in the folder where one stands, and says so', async (words) => {
    const file = settings('data_dir: ./data/gateway\nmqtt: { tls: {} }\n');
    const { code, err } = await quantrac([...words, '--config', file]);
    expect(code).toBe(1);
    expect(err).toMatch(
      /gateway\.yaml: data_dir: \/.*\/data\/gateway is not there: is it the one of the gateway/,
    );
    expect(existsSync(join(folder, 'data'))).toBe(false);
  });

  test('accounts can be made before the first start where the folder is there', async () => {
    const file = settings('data_dir: ./data\n');
    mkdirSync(join(folder, 'data'));
    const { out } = await quantrac(['device', 'flows', '--kind', 'flows', '--config', file]);
    expect(out).toMatch(/^password of flows: \S+\n$/);
  });
});

describe('the command that a code comes with', () => {
  const printed = async (lines: string): Promise<string> =>
    (await issueCode({ file: settings(`data_dir: ${folder}\n${lines}`) }, 'son-tra-1')).join('\n');
  const TLS = 'mqtt: { tls: { host: 0.0.0.0, names: [gateway.example.gov.vn] } }\n';

  test('has the address of the page that the settings say', async () => {
    const said = await printed(`${TLS}notify: { public_url: "https://quantrac.example.gov.vn/" }\n`);
    expect(said).toContain('quantrac enrol --url https://quantrac.example.gov.vn --config ');
    expect(said).not.toContain('ADDRESS');
  });

  test('leaves it open behind a proxy that the settings do not name, and says what is missing', async () => {
    const said = await printed(TLS);
    expect(said).toMatch(/quantrac enrol --url ADDRESS --config .*\nADDRESS: where the box reaches the page/);
    expect(said).not.toContain('http://gateway.example.gov.vn');
  });

  test('has the gateway itself where it listens to others, or all is on one machine', async () => {
    expect(await printed('mqtt: { tls: { host: 0.0.0.0 } }\nhttp: { host: 0.0.0.0 }\n')).toContain('ADDRESS');
    expect(await printed(`${TLS}http: { host: 0.0.0.0, port: 8081 }\n`)).toContain(
      '--url http://gateway.example.gov.vn:8081 --config ',
    );
    expect(await printed('mqtt: { tls: {} }\n')).toContain('--url http://127.0.0.1:8080 --config ');
  });
});

test('a rollout that nobody can be asked about says --yes, and sends nothing', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    request.resume().on('end', () => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ changes: [], faults: [], lines: [] }));
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    const file = join(folder, 'edge.yaml');
    writeFileSync(file, 'id: son-tra-1\nlines: []\nstations: []\n');
    const words = ['fleet', 'push', file, '--url', `http://127.0.0.1:${port}`];
    const { code, err } = await quantrac(words, { QUANTRAC_TOKEN: 'a'.repeat(20) });
    expect(code).toBe(1);
    expect(err).toMatch(/^quantrac: "Roll out to 1 edges.*nothing was sent: add --yes\n$/);
    expect(asked).toEqual(['POST /api/v1/edges/son-tra-1/config/check']);
  } finally {
    server.close();
  }
});

test('output that nobody reads any more ends the command without a word', async () => {
  const child = spawn(process.execPath, [QUANTRAC, 'access', '--markdown'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // Before it can have written anything.
  child.stdout.destroy();
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  expect(said).toBe('');
  expect(code).toBe(0);
});
