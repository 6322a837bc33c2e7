/** The units that run Quantrac on a machine with systemd: what each promises, and what systemd itself says of them. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hasProgram } from '../support/programs.ts';

const ROOT = join(import.meta.dirname, '../..');
const FOLDER = join(ROOT, 'deploy/systemd');
const DOCS = readFileSync(join(ROOT, 'docs/security.md'), 'utf8');
const NAMES = ['edge', 'flows', 'gateway'] as const;
const fileOf = (name: string) => `quantrac-${name}.service`;
const textOf = (name: string) => readFileSync(join(FOLDER, fileOf(name)), 'utf8');

/** `Key=` → its values, of all sections. A line that is none of section, comment, empty or assignment fails. */
function settingsOf(name: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const line of textOf(name).split('\n')) {
    if (line === '' || line.startsWith('#') || /^\[(Unit|Service|Install)\]$/.test(line)) continue;
    const [, key = '', value = ''] = /^([A-Za-z]+)=(.*)$/.exec(line) ?? [];
    expect(key, `${fileOf(name)}: ${line}`).not.toBe('');
    found.set(key, [...(found.get(key) ?? []), value]);
  }
  return found;
}

test('there is a unit for each process that runs in the field', () => {
  expect(readdirSync(FOLDER).filter((name) => name.endsWith('.service'))).toEqual(NAMES.map(fileOf));
});

const SANDBOX: Readonly<Record<string, string>> = {
  NoNewPrivileges: 'yes',
  ProtectSystem: 'strict',
  ProtectHome: 'yes',
  PrivateTmp: 'yes',
  ProtectProc: 'invisible',
  ProtectKernelTunables: 'yes',
  ProtectKernelModules: 'yes',
  ProtectKernelLogs: 'yes',
  ProtectControlGroups: 'yes',
  RestrictNamespaces: 'yes',
  RestrictSUIDSGID: 'yes',
  CapabilityBoundingSet: '',
  AmbientCapabilities: '',
  SystemCallArchitectures: 'native',
  SystemCallFilter: '@system-service',
  RestrictAddressFamilies: 'AF_INET AF_INET6 AF_UNIX AF_NETLINK',
  UMask: '0077',
  StateDirectoryMode: '0700',
};

describe.each(NAMES)('the unit of the %s', (name) => {
  const settings = settingsOf(name);

  test.each(Object.entries(SANDBOX))('%s=%s', (key, value) => {
    expect(settings.get(key)).toEqual([value]);
  });

  test('it comes back always, and has a user, a folder and a settings file of its own', () => {
    expect(settings.get('Restart')).toEqual(['always']);
    expect(Number(settings.get('RestartSec')?.[0])).toBeGreaterThan(0);
    expect(settings.get('StartLimitIntervalSec')).toEqual(['0']);
    expect(settings.get('User')).toEqual([`quantrac-${name}`]);
    expect(settings.get('StateDirectory')).toEqual([`quantrac-${name}`]);
    // In the file alone: commands read it too, and would work on another folder's ledger.
    expect(settings.get('Environment')?.join(' ')).not.toContain('QUANTRAC_DATA_DIR');
    expect(DOCS).toContain(`data_dir: /var/lib/quantrac-${name}`);
    const example = readFileSync(join(ROOT, `examples/${name}.yaml`), 'utf8');
    expect(example.match(/^data_dir: .*/gm), 'the line that the docs replace').toHaveLength(1);
    expect(settings.get('ExecStart')?.[0]).toContain(
      `quantrac.js ${name} --config /etc/quantrac/${name}.yaml`,
    );
    expect(readFileSync(join(FOLDER, 'quantrac.sysusers.conf'), 'utf8')).toMatch(
      new RegExp(`^u quantrac-${name} `, 'm'),
    );
  });

  test('it has no devices but the serial lines of an edge', () => {
    if (name !== 'edge') return expect(settings.get('PrivateDevices')).toEqual(['yes']);
    expect(settings.get('DevicePolicy')).toEqual(['closed']);
    for (const device of settings.get('DeviceAllow') ?? []) expect(device).toMatch(/^char-tty[A-Z]+ rw$/);
  });
});

test("the flows see neither the gateway's data nor its settings", () => {
  const hidden = settingsOf('flows').get('InaccessiblePaths')?.join(' ') ?? '';
  for (const path of ['/var/lib/quantrac-gateway', '/etc/quantrac/gateway.yaml', '/etc/quantrac/gateway.env'])
    expect(hidden).toContain(`-${path}`);
});

describe.skipIf(!hasProgram('systemd-analyze'))('systemd itself', () => {
  /** With the paths of this machine, for it looks whether the program is there. */
  function installed(): string[] {
    const folder = mkdtempSync(join(tmpdir(), 'quantrac-units-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    return NAMES.map((name) => {
      const file = join(folder, fileOf(name));
      const text = textOf(name)
        .replaceAll('/usr/bin/node', process.execPath)
        .replaceAll('/opt/quantrac', ROOT);
      writeFileSync(file, text);
      return file;
    });
  }
  const analyze = (...args: string[]) =>
    execFileSync('systemd-analyze', args, { encoding: 'utf8', stdio: 'pipe' });

  test('takes the units without a word', () => {
    expect(analyze('verify', ...installed())).toBe('');
  });

  test('calls their exposure small', () => {
    // In tenths; 20 is "OK", without a sandbox it is 96.
    for (const file of installed()) analyze('security', '--offline=true', '--threshold=20', file);
  });
});
