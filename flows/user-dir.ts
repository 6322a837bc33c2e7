/** Node-RED's own folder within the data folder, with the shipped rules put there at the first start. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { UserFault } from '../devices/kit/fault.ts';

export const SHIPPED_FLOWS = join(import.meta.dirname, 'flows.json');

export interface UserDir {
  readonly folder: string;
  readonly flowFile: string;
}

/** From the second start on the rules are the operator's own: what stands there is never overwritten. */
export function prepareUserDir(dataDir: string): UserDir {
  const folder = join(dataDir, 'node-red');
  const flowFile = join(folder, 'flows.json');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!existsSync(flowFile)) {
      // A copy cut short must not become the operator's rules.
      copyFileSync(SHIPPED_FLOWS, `${flowFile}.new`);
      renameSync(`${flowFile}.new`, flowFile);
    }
  } catch (error) {
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
    throw new UserFault(`data_dir: ${folder} cannot be made or written (${code})`);
  }
  checkFlowFile(flowFile);
  return { folder, flowFile };
}

/** Node-RED takes a broken file for an empty one and runs on: a province without rules, and nobody told. */
function checkFlowFile(flowFile: string): void {
  let flows: unknown;
  try {
    flows = JSON.parse(readFileSync(flowFile, 'utf8'));
  } catch (error) {
    throw new UserFault(
      `${flowFile}: ${(error as Error).message}; restore it or remove it for the shipped rules`,
    );
  }
  if (!Array.isArray(flows)) throw new UserFault(`${flowFile}: must be a list of Node-RED nodes`);
}
