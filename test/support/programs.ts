/**
 * Programs that some tests need beside npm. Where one is absent its tests are skipped with a line that names it; in
 * CI, where the script installs them, an absent one is a failure.
 */
import { spawnSync } from 'node:child_process';

export function hasProgram(name: string): boolean {
  const found = spawnSync('sh', ['-c', `command -v ${name}`]).status === 0;
  if (found) return true;
  if (process.env.CI) throw new Error(`${name} is not installed, and CI needs it`);
  process.stdout.write(`skipped: tests that need the program ${name}\n`);
  return false;
}
