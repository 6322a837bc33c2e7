/** One folder for all that a run of the tests writes: it goes with the run, also what a test left or a kill cut off. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export default function openScratch(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'quantrac-run-'));
  // What the tests' processes, and those that they start, take for the system's own.
  process.env.TMPDIR = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
