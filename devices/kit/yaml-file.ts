/** YAML files checked by a zod schema; a fault is told as one sentence with file, line and place. */
import { readFileSync } from 'node:fs';
import { type Document, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { UserFault } from './fault.ts';
import { nodeFault, textFault, type YamlFault } from './yaml-bounds.ts';

/** Larger files are refused before they are parsed. */
const MAX_BYTES = 4 * 1024 * 1024;

export interface YamlSource {
  readonly value: unknown;
  /** "file:line:column" of the value at this path, or of its nearest parent that the file has. */
  place(path: readonly PropertyKey[]): string;
}

export const parseYaml = (text: string, file: string): YamlSource => parse(text, file, false);

/** The same of a text that came over a wire, whose size says nothing of the work it makes: within bounds, and without aliases, anchors and tags. */
export const parseForeignYaml = (text: string, file: string): YamlSource => parse(text, file, true);

function parse(text: string, file: string, foreign: boolean): YamlSource {
  const lines = new LineCounter();
  const refuse = ({ offset, message }: YamlFault): never => {
    const { line, col } = lines.linePos(offset);
    throw new UserFault(`${file}:${line}:${col}: ${message}`);
  };
  const unfit = foreign ? textFault(text) : null;
  if (unfit !== null) {
    lines.addNewLine(0);
    for (const { index } of text.slice(0, unfit.offset).matchAll(/\n/g)) lines.addNewLine(index + 1);
    refuse(unfit);
  }
  const document = withoutTraces(() =>
    // Its own look for equal keys compares each with all before it.
    parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false }),
  );
  const [error] = document.errors;
  if (error) refuse({ offset: error.pos[0], message: error.message });
  const fault = nodeFault(document.contents, foreign);
  if (fault !== null) refuse(fault);
  let value: unknown;
  try {
    // Aliases could blow a small file up to any size, and no file of ours needs one.
    value = document.toJS({ maxAliasCount: 0 });
  } catch (problem) {
    throw new UserFault(`${file}: ${(problem as Error).message}`);
  }
  return {
    value,
    place: (path) => place(document, lines, file, path),
  };
}

/** The parser makes an error of each fault of a text, of which the first alone is told: a trace of each would cost more than all else. */
function withoutTraces<T>(work: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function place(document: Document, lines: LineCounter, file: string, path: readonly PropertyKey[]): string {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true) as
      | { range?: [number, number, number] }
      | undefined;
    if (node?.range) {
      const { line, col } = lines.linePos(node.range[0]);
      return `${file}:${line}:${col}`;
    }
  }
  return file;
}

export function readYaml(file: string): YamlSource {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UserFault(
      `${file}: cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'})`,
    );
  }
  if (text.length > MAX_BYTES) throw new UserFault(`${file}: larger than ${MAX_BYTES} bytes`);
  return parseYaml(text, file);
}

/** The file's content as the schema gives it, or a UserFault. */
export function loadYaml<S extends z.ZodType>(file: string, schema: S): z.infer<S> {
  const source = readYaml(file);
  const result = schema.safeParse(source.value ?? {});
  if (result.success) return result.data;
  throw new UserFault(sentence(result.error, (path) => source.place(path)));
}

/** The first issue of a zod error as one sentence, and how many more there are. */
export function sentence(error: z.ZodError, place: (path: readonly PropertyKey[]) => string): string {
  const [issue, ...rest] = error.issues;
  if (!issue) return 'unknown fault';
  const where = issue.path.map(String).join('.');
  const more = rest.length === 0 ? '' : ` (and ${rest.length} more faults)`;
  return `${place(issue.path)}: ${where === '' ? '' : `${where}: `}${issue.message}${more}`;
}
