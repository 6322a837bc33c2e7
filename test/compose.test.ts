import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { loadSettings } from '../devices/kit/settings.ts';
import { gatewaySettingsSchema } from '../gateway/settings.ts';
import { hasProgram } from './support/programs.ts';

const ROOT = join(import.meta.dirname, '..');
const env = {
  INFLUXDB_PASSWORD: 'a-password-of-influxdb',
  QUANTRAC_TOKEN: 'a-token-of-at-least-20-characters',
  FLOWS_PASSWORD: 'flows',
  EDGE_PASSWORD: 'edge',
  EDITOR_PASSWORD: 'a-password-of-the-editor',
  CREDENTIAL_SECRET: 'a-secret-for-credentials',
};

/** The plugin of today's Docker, or the program of its own that Debian carries. */
const plugin = spawnSync('docker', ['compose', 'version']).status === 0;

test.skipIf(!plugin && !hasProgram('docker-compose'))(
  'docker-compose.yml is valid, and the gateway takes its environment',
  async () => {
    const [program, first] = plugin ? ['docker', ['compose']] : ['docker-compose', []];
    const { stdout } = await promisify(execFile)(
      program,
      [...first, '-f', join(ROOT, 'docker-compose.yml'), 'config'],
      {
        env: { ...process.env, ...env },
      },
    );
    for (const service of ['influxdb', 'gateway', 'flows', 'edge'])
      expect(stdout).toMatch(new RegExp(`^  ${service}:$`, 'm'));
    const gateway = Object.fromEntries(
      [...stdout.matchAll(/^ {6}(QUANTRAC_(?:DATA|HTTP|MQTT|STORE|TOKEN)\w*): (.*)$/gm)].map((match) => [
        match[1],
        match[2],
      ]),
    );
    expect(
      loadSettings(gatewaySettingsSchema, { file: join(ROOT, 'examples/gateway.yaml'), env: gateway }),
    ).toMatchObject({
      data_dir: '/var/lib/quantrac',
      http: { host: '0.0.0.0' },
      mqtt: { host: '0.0.0.0' },
      store: { kind: 'influx', url: 'http://influxdb:8086' },
    });
  },
);
