/** Real FTP, FTPS and SFTP servers of a test's own: pyftpdlib and sshd of Debian, each with a log of what was written and renamed. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../../devices/kit/free-port.ts';

export interface FileServer {
  readonly port: number;
  /** What clients see as `/` (FTP), or the path of it (SFTP). */
  readonly root: string;
  /** In their order: names as they were opened for writing, and final names as they were renamed to. */
  readonly events: { readonly kind: 'write' | 'rename'; readonly name: string }[];
  start(): Promise<void>;
  stop(): Promise<void>;
}

export const USER = 'kk';
export const PASSWORD = 'only-of-this-test';

const PYTHON = '/usr/bin/python3';
/** pyftpdlib with OpenSSL; an absence is a failure in CI and a skip elsewhere, as for programs. */
export function hasPyftpdlib(): boolean {
  if (spawnSync(PYTHON, ['-c', 'import pyftpdlib, OpenSSL']).status === 0) return true;
  if (process.env.CI)
    throw new Error('python3-pyftpdlib or python3-openssl is not installed, and CI needs it');
  process.stdout.write('skipped: tests that need python3-pyftpdlib and python3-openssl\n');
  return false;
}

const FTP_SERVER = `
import sys, json
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler, TLS_DTPHandler, TLS_FTPHandler
from pyftpdlib.servers import FTPServer
root, port, user, password, certificate = sys.argv[1:6]
def tell(kind, path):
    print(json.dumps({'kind': kind, 'name': path.rsplit('/', 1)[-1]}), flush=True)
class Told:
    def ftp_STOR(self, file, mode='w'):
        tell('write', file)
        return super().ftp_STOR(file, mode)
    def ftp_RNTO(self, path):
        result = super().ftp_RNTO(path)
        if result: tell('rename', path)
        return result
class Plain(Told, FTPHandler): pass
class Waiting(TLS_DTPHandler):
    # pyftpdlib 1.5.7 closes a data connection on which the handshake comes before the command.
    def readable(self):
        return (self.receive or self._initialized) and super().readable()
class Secure(Told, TLS_FTPHandler):
    dtp_handler = Waiting
handler = Secure if certificate else Plain
if certificate:
    handler.certfile = certificate
    handler.tls_control_required = True
    handler.tls_data_required = True
handler.authorizer = DummyAuthorizer()
handler.authorizer.add_user(user, password, root, perm='elradfmw')
server = FTPServer(('127.0.0.1', int(port)), handler)
print(json.dumps({'kind': 'ready', 'name': ''}), flush=True)
server.serve_forever()
`;

/** With `certificate`, a PEM file of key and certificate, only over TLS. */
export async function ftpServer(certificate = ''): Promise<FileServer> {
  const root = mkdtempSync(join(tmpdir(), 'quantrac-ftp-'));
  const port = await freePort();
  const events: FileServer['events'] = [];
  const child = keeper(() =>
    spawn(PYTHON, ['-c', FTP_SERVER, root, String(port), USER, PASSWORD, certificate], {
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
  return {
    port,
    root,
    events,
    start: () =>
      child.start('stdout', (line, ready) => {
        const event = JSON.parse(line) as { kind: 'ready' | 'write' | 'rename'; name: string };
        if (event.kind === 'ready') ready();
        else events.push({ kind: event.kind, name: event.name });
      }),
    stop: () => child.stop(),
  };
}

export interface SftpServer extends FileServer {
  readonly user: string;
  readonly keyFile: string;
  /** As ssh-keygen shows it. */
  readonly hostKey: string;
}

/** sshd as the user of the test, by key. */
export async function sftpServer(): Promise<SftpServer> {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-sshd-'));
  const root = join(folder, 'files');
  mkdirSync(root);
  const [hostFile, keyFile] = [join(folder, 'host'), join(folder, 'key')];
  for (const file of [hostFile, keyFile])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
  const port = await freePort();
  const logFile = join(folder, 'log');
  writeFileSync(logFile, '');
  const config = join(folder, 'sshd_config');
  writeFileSync(
    config,
    `ListenAddress 127.0.0.1:${port}
HostKey ${hostFile}
AuthorizedKeysFile ${keyFile}.pub
StrictModes no
UsePAM no
PasswordAuthentication no
PidFile none
LogLevel VERBOSE
Subsystem sftp /usr/lib/openssh/sftp-server -e -l INFO 2>>${logFile}
`,
  );
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  const child = keeper(() =>
    spawn('/usr/sbin/sshd', ['-D', '-e', '-f', config], { stdio: ['ignore', 'ignore', 'pipe'] }),
  );
  return {
    port,
    root,
    get events() {
      return readFileSync(logFile, 'utf8').split('\n').flatMap(eventOfLine);
    },
    user: userInfo().username,
    keyFile,
    hostKey: execFileSync('ssh-keygen', ['-lf', `${hostFile}.pub`], { encoding: 'utf8' }).split(' ')[1] ?? '',
    start: () =>
      child.start('stderr', (line, ready) => {
        if (line.includes('Server listening')) ready();
      }),
    stop: () => child.stop(),
  };
}

function eventOfLine(line: string): FileServer['events'] {
  const written = /open "[^"]*\/([^"/]+)" flags \S*WRITE/.exec(line)?.[1];
  const renamed = /rename old "[^"]*" new "[^"]*\/([^"/]+)"/.exec(line)?.[1];
  if (written !== undefined) return [{ kind: 'write', name: written }];
  return renamed === undefined ? [] : [{ kind: 'rename', name: renamed }];
}

/** An authority and a server certificate for 127.0.0.1; `pem` has the server's key and certificate. */
export function certificates(): { readonly ca: string; readonly pem: string } {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-tls-'));
  const at = (name: string) => join(folder, name);
  const openssl = (...options: string[]) => execFileSync('openssl', options, { stdio: 'ignore' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  openssl('req', '-x509', ...key, '-subj', '/CN=test-ca', '-keyout', at('ca.key'), '-out', at('ca.pem'));
  openssl(
    ...['req', '-x509', ...key, '-subj', '/CN=ftp', '-addext', 'subjectAltName=IP:127.0.0.1'],
    ...['-addext', 'basicConstraints=critical,CA:FALSE', '-CA', at('ca.pem'), '-CAkey', at('ca.key')],
    ...['-keyout', at('server.key'), '-out', at('server.crt')],
  );
  writeFileSync(
    at('server.pem'),
    readFileSync(at('server.key'), 'utf8') + readFileSync(at('server.crt'), 'utf8'),
  );
  chmodSync(at('server.pem'), 0o600);
  return { ca: at('ca.pem'), pem: at('server.pem') };
}

const running = new Set<ChildProcess>();
// Also when this process goes without a word: a test that hangs is ended.
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

function keeper(spawnChild: () => ChildProcess) {
  let child: ChildProcess | null = null;
  return {
    async start(
      stream: 'stdout' | 'stderr',
      heard: (line: string, ready: () => void) => void,
    ): Promise<void> {
      const started = spawnChild();
      child = started;
      running.add(started);
      started.once('exit', () => running.delete(started));
      const output = started[stream];
      if (output === null) throw new Error('its output is not piped');
      const last: string[] = [];
      await new Promise<void>((ready, failed) => {
        createInterface(output).on('line', (line) => {
          last.push(line);
          heard(line, ready);
        });
        started.once('exit', () => failed(new Error(`the server did not start: ${last.join(' ')}`)));
        started.once('error', failed);
      });
    },
    async stop(): Promise<void> {
      if (child === null || child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}
