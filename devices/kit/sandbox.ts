/**
 * The flows' process under Node.js' permission model (nodejs.org/api/permissions.html, Node.js 24): a function node that
 * gets out of its context reads the code and its own folder, writes its own folder, and starts nothing. What the model does
 * not see is taken away beside it: node:sqlite opens any file past it, so the module is off; SIGUSR1 would open an inspector.
 */
import { fork } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, realpathSync } from 'node:fs';
import { getCompileCacheDir } from 'node:module';
import { basename, join, resolve } from 'node:path';
import type { SettingsSources } from './settings.ts';
import { readYaml } from './yaml-file.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Not the whole folder: in a checkout the data of a gateway may lie within it. */
const CODE = ['commands', 'devices', 'flows', 'node_modules', 'package.json', 'quantrac.js', 'quantrac.ts']
  .map((name) => join(ROOT, name))
  // Modules are read by their real path: node_modules may be a link.
  .flatMap((path) => [...new Set([path, existsSync(path) ? realpathSync(path) : path])]);
/** In the flows' data folder, which may be another process's as well. The first three are folders. */
const OWN = ['node-red', 'nodes', 'compiled', 'hangs.txt', 'credential-secret'];

/** Of the environment it gets these and its own settings. A proxy is how flows reach what is outside. */
const KEPT =
  /^(TZ|LANG|LANGUAGE|LC_\w+|NO_COLOR|TMPDIR|SystemRoot|NODE_EXTRA_CA_CERTS|SSL_CERT_(FILE|DIR)|(HTTPS?|NO)_PROXY)$/i;

export interface Sandbox {
  /** Node.js' own arguments. */
  readonly flags: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export const inSandbox = (): boolean => process.permission !== undefined;

/** `settings` are the names of environment variables that are its settings. Makes its folders, for a rule about a folder needs one. */
export function flowsSandbox(sources: SettingsSources, settings: readonly string[]): Sandbox {
  const env = sources.env ?? {};
  const file = sources.file === undefined ? null : resolve(sources.file);
  const fromFile = file === null ? null : (readYaml(file).value as { data_dir?: unknown } | null)?.data_dir;
  const given = Object.entries(env).filter(([name]) => KEPT.test(name) || settings.includes(name));
  const kept = Object.fromEntries(given) as Record<string, string>;
  const dataDir = sources.flags?.data_dir ?? kept.QUANTRAC_DATA_DIR ?? fromFile;
  // Without one the settings have a fault, which the process tells.
  const own = typeof dataDir === 'string' && dataDir !== '' ? OWN.map((name) => resolve(dataDir, name)) : [];
  for (const folder of own.slice(0, 3)) mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (own[2] !== undefined) seedCompiled(own[2]);
  const readable = [...CODE, ...own, ...(file === null ? [] : [file])];
  return {
    flags: [
      '--permission',
      '--no-experimental-sqlite',
      '--disable-sigusr1',
      // The watchdog is a worker; after it has started nobody may start another (closeSandbox).
      '--allow-worker',
      '--disable-warning=PERM0006',
      ...readable.map((path) => `--allow-fs-read=${path}`),
      ...own.map((path) => `--allow-fs-write=${path}`),
    ],
    env: {
      ...kept,
      // What Node.js compiled of the code is not theirs to write: other processes run it.
      ...(own[2] === undefined ? {} : { NODE_COMPILE_CACHE: own[2] }),
    },
  };
}

/** What `npm ci` has made of the code, so that the first start takes no longer than the next ones. */
function seedCompiled(folder: string): void {
  const made = getCompileCacheDir();
  if (made === undefined || readdirSync(folder).length > 0) return;
  cpSync(made, join(folder, basename(made)), { recursive: true });
}

/** Starts this command anew within the sandbox, in this process where the system can, else in a child that it is joined to. */
export function enterSandbox({ flags, env }: Sandbox): void {
  const rest = process.argv.slice(1);
  const args = [...process.execArgv, ...flags];
  if (process.execve !== undefined && process.platform !== 'win32' && process.send === undefined)
    process.execve(process.execPath, [process.execPath, ...args, ...rest], env);
  const [script = '', ...words] = rest;
  const child = fork(script, words, { execArgv: args, env, stdio: 'inherit' });
  child.on('message', (message) => process.send?.(message));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  process.on('disconnect', () => child.kill('SIGTERM'));
  child.on('exit', (code, signal) =>
    signal === null ? process.exit(code ?? 1) : process.kill(process.pid, signal),
  );
}

interface Droppable {
  drop(scope: string, reference?: string): void;
}

/**
 * Once all that needs it has started: no further worker, which could begin without the model (`execArgv: []`), the settings
 * file can be read no more, and no signal goes to other processes of this user (SIGUSR1 opens their inspectors).
 */
export function closeSandbox(settingsFile: string | undefined): void {
  if (!inSandbox()) return;
  const permission = process.permission as unknown as Droppable;
  permission.drop('worker');
  if (settingsFile !== undefined) permission.drop('fs.read', resolve(settingsFile));
  for (const name of ['kill', '_kill', '_debugProcess', '_debugEnd'])
    Object.defineProperty(process, name, { value: undefined, configurable: false, writable: false });
}
