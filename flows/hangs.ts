/** When the flows hung lately: after the second time within minutes they are not started again. */
import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const WITHIN_MS = 10 * 60_000;
const MOST_HANGS = 2;

export const SAFE_MODE_REASON =
  'the flows hung twice within 10 minutes: none is started until they are mended and deployed in the editor (safe mode)';

export const hangsFile = (dataDir: string): string => join(dataDir, 'hangs.txt');

export const writeHang = (file: string, at: number): void => appendFileSync(file, `${at}\n`, { mode: 0o600 });

export function mustStaySafe(file: string, now: number): boolean {
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    // It has never hung.
  }
  return (
    text.split('\n').filter((line) => line !== '' && now - Number(line) < WITHIN_MS).length >= MOST_HANGS
  );
}

export const forgetHangs = (file: string): void => rmSync(file, { force: true });
