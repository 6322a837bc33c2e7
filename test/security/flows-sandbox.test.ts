/**
 * A real Node-RED whose function node gets out of its context, as an attacker with the editor's login would, and tries what a
 * process of this user could do. Every attempt is counted; none may succeed.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startProcess } from '../../demo/process.ts';
import { startBroker } from '../../flows/test-broker.ts';
import { openLedger } from '../../gateway/ledger.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const MARK = 'ATTEMPTS ';
/** Attempt → code of an async function body; `F` has the folders. An answer other than an exception is an opening. */
const ATTEMPTS: Readonly<Record<string, string>> = {
  'read the ledger': 'return fs.readFileSync(F.ledger).length',
  'read the ledger by a promise': 'return (await fs.promises.readFile(F.ledger)).length',
  'open the ledger as a database': "return process.getBuiltinModule('node:sqlite').DatabaseSync.name",
  'require the database': "return require('node:sqlite').DatabaseSync.name",
  'import the database':
    "fs.writeFileSync(F.own + '/a.mjs', 'export * from \"node:sqlite\"'); return Object.keys(require(F.own + '/a.mjs'))",
  'read /etc/passwd': "return fs.readFileSync('/etc/passwd').length",
  'read the environment it was started with': "return fs.readFileSync('/proc/self/environ').length",
  'read its settings file': 'return fs.readFileSync(F.config).length',
  'list the data folder': 'return fs.readdirSync(F.data)',
  'find files':
    "const found = fs.globSync(F.data + '/gateway/*'); if (found.length === 0) throw Object.assign(new Error(), { code: 'NOTHING_FOUND' }); return found",
  'write beside its folder': "fs.writeFileSync(F.data + '/written', 'x'); return 'written'",
  'write into the code': "fs.writeFileSync(F.code + '/flows/written.ts', 'x'); return 'written'",
  'write what others would run compiled':
    "fs.writeFileSync(F.code + '/node_modules/.cache/written', 'x'); return 'written'",
  'link to the ledger':
    "fs.symlinkSync(F.ledger, F.own + '/link'); return fs.readFileSync(F.own + '/link').length",
  'link hard to the ledger': "fs.linkSync(F.ledger, F.own + '/hard'); return 'linked'",
  'copy the ledger': "fs.cpSync(F.ledger, F.own + '/copy'); return 'copied'",
  'start a process': "return builtin('child_process').execSync('id').toString()",
  'spawn a process': "return builtin('child_process').spawn('/bin/sh').pid",
  'become another program': "return process.execve('/bin/sh', ['sh'])",
  'start a worker': "return new (builtin('worker_threads').Worker)('1', { eval: true }).threadId",
  'start a worker without the model':
    "return new (builtin('worker_threads').Worker)('1', { eval: true, execArgv: [] }).threadId",
  'load native code': "process.dlopen({ exports: {} }, F.own + '/x.node'); return 'loaded'",
  'run WASI with the whole disk':
    "return new (builtin('wasi').WASI)({ version: 'preview1', preopens: { '/': '/' } })",
  'open an inspector': "builtin('inspector').open(0, '127.0.0.1'); return builtin('inspector').url()",
  'get the inner binding': "return Object.keys(process.binding('fs'))",
  'signal another process': 'return process.kill(process.ppid, 0)',
  'open the inspector of another process': 'return process._debugProcess(process.ppid)',
  'write a report elsewhere': "return process.report.writeReport(F.data + '/report.json')",
  'write a heap snapshot elsewhere': "return builtin('v8').writeHeapSnapshot(F.data + '/heap')",
  'hook the loader': "builtin('module').register('data:text/javascript,'); return 'hooked'",
  'require a file of another': "return require(F.data + '/secrets.json')",
  'import a file of another':
    "fs.writeFileSync(F.own + '/b.mjs', 'export * from ' + JSON.stringify(F.data + '/secrets.mjs')); return require(F.own + '/b.mjs')",
  'load a file as environment': "process.loadEnvFile(F.data + '/secrets.json'); return 'loaded'",
  'take the model back':
    'process.permission.drop = null; process.permission = undefined; return fs.readFileSync(F.ledger).length',
  'see the token of the gateway':
    "const { QUANTRAC_TOKEN: t } = process.env; if (t === undefined) throw Object.assign(new Error(), { code: 'NOT_THERE' }); return t",
  'see a secret of something else in the environment':
    "const { DATABASE_PASSWORD: p } = process.env; if (p === undefined) throw Object.assign(new Error(), { code: 'NOT_THERE' }); return p",
  'see its own settings in the environment':
    "const names = Object.keys(process.env).filter((name) => name.startsWith('QUANTRAC_')); if (names.length === 0) throw Object.assign(new Error(), { code: 'NOT_THERE' }); return names",
};

const body = (folders: object): string => `
const F = ${JSON.stringify(folders)};
const process = node.warn.constructor('return process')();
const builtin = (name) => process.getBuiltinModule('node:' + name);
const fs = builtin('fs');
const require = builtin('module').createRequire(F.code + '/package.json');
const AsyncFunction = node.warn.constructor('return (async () => {}).constructor')();
const attempts = ${JSON.stringify(ATTEMPTS)};
(async () => {
  const told = {};
  for (const [name, code] of Object.entries(attempts)) {
    try {
      told[name] = 'OPEN ' + String(await new AsyncFunction('process', 'builtin', 'fs', 'require', 'F', code)(process, builtin, fs, require, F)).slice(0, 100);
    } catch (error) {
      told[name] = 'refused ' + (error.code ?? error.name);
    }
  }
  node.warn(${JSON.stringify(MARK)} + JSON.stringify(told));
})();
return null;`;

const told: Record<string, string> = {};
let log = '';
const ending = new AsyncDisposableStack();
afterAll(() => ending.disposeAsync());

beforeAll(async () => {
  const data = mkdtempSync(join(tmpdir(), 'quantrac-sandbox-'));
  ending.defer(() => rmSync(data, { recursive: true, force: true }));
  const code = join(import.meta.dirname, '../..');
  mkdirSync(join(data, 'gateway'));
  openLedger(join(data, 'gateway')).close();
  const ledger = join(data, 'gateway', 'ledger.db');
  expect(readFileSync(ledger).length).toBeGreaterThan(0);
  writeFileSync(join(data, 'secrets.json'), '{}', { mode: 0o600 });
  writeFileSync(join(data, 'secrets.mjs'), 'export const secret = 1;', { mode: 0o600 });
  const own = join(data, 'flows', 'node-red');
  mkdirSync(own, { recursive: true });
  const config = join(data, 'flows.yaml');
  const at = { z: 't', x: 1, y: 1 };
  writeFileSync(
    join(own, 'flows.json'),
    JSON.stringify([
      { id: 't', type: 'tab', label: 'Test' },
      { id: 'i', type: 'inject', ...at, once: true, onceDelay: 0.1, repeat: '', props: [], wires: [['f']] },
      {
        id: 'f',
        type: 'function',
        ...at,
        func: body({ data, code, ledger, own, config }),
        outputs: 1,
        wires: [[]],
      },
    ]),
  );
  const broker = await startBroker();
  ending.defer(() => broker.close());
  writeFileSync(
    config,
    JSON.stringify({
      data_dir: join(data, 'flows'),
      log_level: 'debug',
      http: { port: 0 },
      mqtt: { url: broker.url, password: 'any' },
      editor: { password: 'secret-of-editor' },
    }),
    { mode: 0o600 },
  );
  vi.stubEnv('QUANTRAC_TOKEN', 'the-token-of-the-gateway');
  vi.stubEnv('DATABASE_PASSWORD', 'of-something-else');
  const logFile = join(data, 'flows.log');
  const flows = await startProcess('flows', { args: ['flows', '--config', config], logFile });
  ending.defer(() => flows.stop(2000));
  await vi.waitFor(
    () => {
      log = readFileSync(logFile, 'utf8');
      expect(log).toContain(MARK);
    },
    { timeout: 40_000, interval: 100 },
  );
  const line = log.split('\n').find((text) => text.includes(MARK)) ?? '{}';
  const said = Object.values(JSON.parse(line) as Record<string, unknown>).find(
    (value) => typeof value === 'string' && value.includes(MARK),
  ) as string;
  Object.assign(told, JSON.parse(said.slice(said.indexOf(MARK) + MARK.length)));
});

test.each(Object.keys(ATTEMPTS))('a function node that got out may not: %s', (attempt) => {
  expect(told[attempt]).toMatch(/^refused /);
});
