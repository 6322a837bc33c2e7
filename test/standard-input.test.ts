/** Secrets that are typed or piped into a command: they stand in no list of processes and on no screen. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { EDGE, GATE, type Rig, STATION, startRig } from './support/commands-rig.ts';
import { edgeConfig } from './support/edge-config.ts';
import { type SecureGateway, startSecureGateway } from './support/identity.ts';
import { hasProgram } from './support/programs.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const QUANTRAC = join(import.meta.dirname, '../quantrac.js');

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}
async function end(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { out, err, code: await code };
}
/** With this on its standard input, which then ends. */
function quantrac(words: readonly string[], input: string, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const child = spawn(process.execPath, [QUANTRAC, ...words], { env: { ...process.env, ...env } });
  child.stdin.end(input);
  return end(child);
}

describe('a dangerous write and its approval', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig();
  });
  afterEach(() => rig.renew());
  afterAll(() => rig.close());

  const url = () => ['--url', `http://127.0.0.1:${rig.gateway.ready.httpPort}`];
  const env = () => ({ QUANTRAC_TOKEN: rig.token('lan') });
  const write = (input: string, user = ['--user', 'lan']) =>
    quantrac(
      ['edge', 'write', EDGE, STATION, 'module', 'gate', '--value', '1', '--reason', 'lũ', ...user, ...url()],
      input,
      env(),
    );
  /** Asked for by lan, who logs in; answers its id. */
  async function asked(): Promise<string> {
    const { code, out, err } = await write(`${rig.passwords.people.lan}\n`);
    const [, id = ''] =
      /^(\S+) waits for a second person: quantrac edge approve hop-1 \1 --user <name>$/m.exec(out) ?? [];
    expect([code, id === '', err]).toEqual([1, false, '']);
    return id;
  }
  const approval = (id: string) => ['edge', 'approve', EDGE, id, '--user', 'minh', ...url()];

  test('two persons log in with passwords from standard input, and it is done', async () => {
    await rig.openEdge();
    const id = await asked();
    expect(rig.field.coil(GATE)).toBe(false);
    const { code, out } = await quantrac(approval(id), `${rig.passwords.people.minh}\n`);
    expect([code, out]).toEqual([0, 'reads 1\ndone\n']);
    expect(rig.field.coil(GATE)).toBe(true);
    const { body } = await rig.as('lan').get(`edges/${EDGE}/commands/${id}`);
    expect(body).toMatchObject({ asked_by: 'lan', approved_by: 'minh', state: 'done' });
  });

  test('a token, a wrong password and an empty standard input ask for nothing', async () => {
    await rig.openEdge();
    expect((await write('', [])).err).toContain(
      '403: a dangerous command is asked for by a user who logs in',
    );
    expect((await write('nothing of hers\n')).err).toMatch(/^quantrac: 401: /);
    expect((await write('')).err).toBe('quantrac: there is no password of lan on standard input\n');
    const { body } = await rig.as('lan').get(`edges/${EDGE}/commands?limit=50`);
    expect((body.commands as { state: string }[]).filter(({ state }) => state === 'waiting')).toEqual([]);
    expect(rig.field.coil(GATE)).toBe(false);
  });

  test.runIf(hasProgram('script'))('on a terminal it is asked for, and not shown', async () => {
    await rig.openEdge();
    const id = await asked();
    const password = rig.passwords.people.minh;
    const line = [process.execPath, QUANTRAC, ...approval(id)].map((word) => `'${word}'`).join(' ');
    const child = spawn('script', ['--quiet', '--return', '--command', line, '/dev/null']);
    const shown = new Promise<void>((resolve) => {
      let said = '';
      child.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (said.includes('password of minh: ')) resolve();
      });
    });
    const ended = end(child);
    await Promise.race([shown, ended]);
    child.stdin.write(`${password}\r`);
    const { code, out } = await ended;
    expect([code, out]).toEqual([0, expect.stringMatching(/password of minh: [\s\S]*done\r\n$/)]);
    expect(out).not.toContain(password);
  });
});

describe('the code of an enrolment', () => {
  let centre: SecureGateway;
  beforeAll(async () => {
    centre = await startSecureGateway();
  });
  afterAll(() => centre.stop());

  const enrol = (name: string, input: string): Promise<Ended> => {
    const file = join(centre.folder, `${name}.yaml`);
    const data_dir = join(centre.folder, name);
    writeFileSync(file, JSON.stringify({ id: name, data_dir, ...edgeConfig() }), { mode: 0o600 });
    return quantrac(['enrol', '--url', centre.http, '--config', file], input);
  };

  test('is read from standard input', async () => {
    const { code, out, err } = await enrol('hop-1', `${centre.code('hop-1')}\n`);
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('Enrolled as hop-1');
    expect(existsSync(join(centre.folder, 'hop-1/identity/tls.pem'))).toBe(true);
  });

  test('that is wrong or missing leaves nothing behind', async () => {
    expect(await enrol('hop-2', 'ABCD\n')).toMatchObject({
      code: 1,
      err: expect.stringContaining('no code'),
    });
    const { code, err } = await enrol('hop-2', '');
    expect([code, err]).toEqual([1, expect.stringContaining('there is nothing on standard input')]);
    expect(existsSync(join(centre.folder, 'hop-2/identity/tls.pem'))).toBe(false);
  });
});
