/** `quantrac check`. */

import { edgeFileFaults } from '../../devices/edge-file-check.ts';
import type { Profiles } from '../../devices/inventory.ts';
import { loadProfiles } from '../../devices/kit/profiles.ts';
import { lineWarnings } from '../../devices/line/line-check.ts';
import type { EdgeFile } from '../../devices/station.ts';
import { type CheckedFile, checkFile, type ProcessSchemas } from './check.ts';
import { findingText, type Remark } from './check-findings.ts';
import type { FileKind } from './check-kind.ts';
import type { CommandIo, ExitCode } from './io.ts';

export interface CheckFlags {
  readonly kind?: FileKind | undefined;
  readonly json?: boolean | undefined;
}

export function runCheck(
  files: readonly string[],
  flags: CheckFlags,
  schemas: ProcessSchemas,
  io: Pick<CommandIo, 'say'>,
): ExitCode {
  // Read when the first edge file needs them: a profile that is being mended must not stop its own check.
  let profiles: ReturnType<typeof loadProfiles> | undefined;
  const checked = files.map((file) =>
    checkFile(file, {
      schemas,
      kind: flags.kind,
      edgeRemarks: (edge) => {
        profiles ??= loadProfiles();
        return edgeRemarks(edge, profiles);
      },
    }),
  );
  const count = (severity: string): number =>
    checked.flatMap(({ findings }) => findings).filter((finding) => finding.severity === severity).length;
  const [faults, warnings] = [count('fault'), count('warning')];
  if (flags.json) io.say(JSON.stringify({ files: checked, faults, warnings }));
  else {
    for (const file of checked) for (const line of fileLines(file)) io.say(line);
    io.say(`${some(files.length, 'file')} checked: ${some(faults, 'fault')}, ${some(warnings, 'warning')}`);
  }
  return faults > 0 ? 1 : 0;
}

/** Lines that are too busy are doubts, and can only be reckoned for a file without faults. */
function edgeRemarks(edge: EdgeFile, profiles: Profiles): Remark[] {
  const faults = [...edgeFileFaults(edge, profiles)];
  if (faults.length > 0)
    return faults.map(({ path, message }) => ({ severity: 'fault', path, reason: message }));
  return lineWarnings(edge, profiles).map(({ line, reason }) => ({
    severity: 'warning',
    path: ['lines', edge.lines.findIndex(({ id }) => id === line)],
    reason,
  }));
}

const fileLines = ({ file, kind, findings }: CheckedFile): string[] => {
  const first = kind === null ? [] : [`${file}: ${KIND_TEXT[kind]}${findings.length === 0 ? ', good' : ''}`];
  return [...first, ...findings.map(findingText)];
};

const KIND_TEXT: Readonly<Record<FileKind, string>> = {
  profile: 'a profile',
  edge: 'an edge file',
  field: 'settings of a field',
  gateway: 'settings of a gateway',
  flows: 'settings of the flows',
};

const some = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;
