import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { silentLog } from '../rig.ts';
import { openConfigStore } from './store.ts';

const STATE = { base: 'h'.repeat(43), running: null, local: false, wanted: null, trial: null, before: null };

let folder = '';
/** What was made sure of on disk, in order; of a folder with the names that it had. */
let synced: string[];

beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'quantrac-store-'));
  synced = [];
  const sync = fs.fsyncSync;
  vi.spyOn(fs, 'fsyncSync').mockImplementation((descriptor) => {
    const path = fs.readlinkSync(`/proc/self/fd/${descriptor}`);
    const names = fs.statSync(path).isDirectory() ? `: ${fs.readdirSync(path).sort().join(' ')}` : '';
    synced.push(`${path.slice(folder.length)}${names}`);
    sync(descriptor);
  });
  syncBuiltinESMExports();
});
afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
  fs.rmSync(folder, { recursive: true, force: true });
});

test('the name of a file is on disk too when it is kept, and those of the folders that were made for it', () => {
  const store = openConfigStore(join(folder, 'data'), silentLog);
  store.keep(1, 'lines: []\n');
  expect(synced).toEqual([
    '/data/config/versions/1.yaml.new',
    '/data/config/versions: 1.yaml',
    '/data/config: versions',
    '/data: config',
    ': data',
  ]);
  synced.length = 0;
  store.save(STATE);
  store.save(STATE);
  const once = ['/data/config/state.json.new', '/data/config: state.json versions'];
  expect(synced).toEqual([...once, ...once]);
  expect(store.load()).toEqual(STATE);
  expect(store.text(1)).toBe('lines: []\n');
});

test('a state from before there was something to go back to is read', () => {
  const store = openConfigStore(folder, silentLog);
  store.save(STATE);
  const file = join(folder, 'config/state.json');
  const { before: _, ...older } = STATE;
  fs.writeFileSync(file, JSON.stringify(older));
  expect(store.load()).toEqual(STATE);
});

test('what is in force, on trial and to go back to is never tidied away', () => {
  const store = openConfigStore(folder, silentLog);
  for (let version = 1; version <= 30; version++) store.keep(version, `# ${version}\n`);
  store.save({
    ...STATE,
    running: 2,
    trial: { version: 3, trial_s: 10, starts: 0, baseline: { captured: {}, busy: {} } },
    before: { version: 1, local: false, trial_s: 10, boot: 'boot-1', starts: 0 },
  });
  const kept = fs.readdirSync(join(folder, 'config/versions'));
  expect(kept.map((name) => Number.parseInt(name, 10)).sort((a, b) => a - b)).toEqual([
    1,
    2,
    3,
    ...Array.from({ length: 10 }, (_, index) => 21 + index),
  ]);
});
