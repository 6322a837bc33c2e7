import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { EVIDENCE_FILE, openEvidenceFile } from './schema.ts';

test('a damaged file is set aside in words, and a new one is begun', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'quantrac-evidence-'));
  writeFileSync(join(dataDir, EVIDENCE_FILE), 'this is no database of any kind, whoever wrote it');
  const told: string[] = [];
  const db = openEvidenceFile(dataDir, (trouble) => told.push(trouble));
  expect(db.prepare('SELECT count(*) AS many FROM chain').get()).toEqual({ many: 0 });
  db.close();
  expect(told).toEqual([expect.stringMatching(/evidence\.db is damaged .* a new one was begun/)]);
  const aside = readdirSync(dataDir).find((name) => name.includes('.damaged-'));
  expect(readFileSync(join(dataDir, aside ?? 'none'), 'utf8')).toContain('no database of any kind');
});
