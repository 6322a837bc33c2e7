/** What a check has to say about a file: one line each, with its place. */
import type { z } from 'zod';
import { UserFault } from '../../devices/kit/fault.ts';
import type { YamlSource } from '../../devices/kit/yaml-file.ts';

export interface Finding {
  readonly severity: 'fault' | 'warning';
  readonly file: string;
  readonly line: number | null;
  readonly column: number | null;
  /** Path within the file, as `points.0.scale`; empty for the file itself. */
  readonly place: string;
  readonly reason: string;
}

/** A finding before it has its line: a path within the file. */
export interface Remark {
  readonly severity: Finding['severity'];
  readonly path: readonly PropertyKey[];
  readonly reason: string;
}

export const locate = (file: string, source: YamlSource, { severity, path, reason }: Remark): Finding => ({
  severity,
  file,
  ...lineOf(source.place(path)),
  place: path.map(String).join('.'),
  reason,
});

export const remarksOf = (error: z.ZodError): Remark[] =>
  error.issues.map(({ path, message }) => ({ severity: 'fault', path, reason: message }));

/** A fault that another part has already put in words: "file:line:column: place: reason". */
export function findingOf(file: string, error: unknown): Finding {
  if (!(error instanceof UserFault)) throw error;
  const said = error.message.startsWith(`${file}:`) ? error.message.slice(file.length) : `: ${error.message}`;
  const [, line, column, place = '', reason = said] =
    /^(?::(\d+):(\d+))?: (?:([\w-]+(?:\.[\w-]+)*): )?(.*)$/s.exec(said) ?? [];
  return {
    severity: 'fault',
    file,
    line: line === undefined ? null : Number(line),
    column: column === undefined ? null : Number(column),
    place,
    reason,
  };
}

export function findingText({ severity, file, line, column, place, reason }: Finding): string {
  const where = line === null ? file : `${file}:${line}:${column}`;
  return [where, place, severity === 'warning' ? 'warning' : '', reason]
    .filter((part) => part !== '')
    .join(': ');
}

function lineOf(place: string): { line: number | null; column: number | null } {
  const [, line, column] = /:(\d+):(\d+)$/.exec(place) ?? [];
  return line === undefined ? { line: null, column: null } : { line: Number(line), column: Number(column) };
}
