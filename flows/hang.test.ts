/** A flow that never lets go, in the real process under what supervises it in the demo. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createSupervisor } from '../demo/supervisor.ts';
import type { FlowsStatus } from '../devices/wire/messages.ts';
import { topics } from '../devices/wire/topics.ts';
import { SAFE_MODE_REASON } from './hangs.ts';
import { startBroker } from './test-broker.ts';

/** Node-RED ends a function that takes long; it cannot end what the function leaves behind. */
const HANGS = 'setTimeout(() => { for (;;); }, 1500); return null;';
const RULES = [
  { id: 't', type: 'tab', label: 'Test' },
  {
    id: 'i',
    type: 'inject',
    z: 't',
    x: 1,
    y: 1,
    once: true,
    onceDelay: 0.1,
    repeat: '',
    props: [],
    wires: [['f']],
  },
  { id: 'f', type: 'function', z: 't', x: 1, y: 1, func: HANGS, outputs: 1, wires: [[]] },
];

test('flows that hang are ended and started again, and after the second time not run any more', async () => {
  const broker = await startBroker();
  onTestFinished(() => broker.close());
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-flows-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'node-red'), { recursive: true });
  writeFileSync(join(folder, 'node-red', 'flows.json'), JSON.stringify(RULES));
  const settings = {
    data_dir: folder,
    hang_s: 4,
    http: { port: 0 },
    mqtt: { url: broker.url, password: 'any' },
    editor: { password: 'secret-of-editor' },
    credential_secret: 'secret-of-credentials',
  };
  const config = join(folder, 'flows.yaml');
  writeFileSync(config, JSON.stringify(settings), { mode: 0o600 });

  const supervisor = createSupervisor(join(folder, 'logs'), () => {});
  onTestFinished(() => supervisor.stop());
  await supervisor.run('flows', { args: () => ['flows', '--config', config] });
  const status = (fits: (told: FlowsStatus) => boolean) => broker.next(topics.flowsStatus, fits);
  await status(({ reason }) => reason === SAFE_MODE_REASON);
  expect(await broker.retained(topics.flowsStatus)).toMatchObject({
    online: false,
    reason: SAFE_MODE_REASON,
  });

  const log = readFileSync(join(folder, 'logs', 'flows.log'), 'utf8');
  expect(log.match(/the flows hang: no sign of life for 4 s/g)).toHaveLength(2);
  expect(log).toContain(SAFE_MODE_REASON);
}, 60_000);
