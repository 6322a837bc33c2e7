/** Settings of a process: one zod schema, filled from file, then environment, then flags. */
import { parse } from 'yaml';
import { z } from 'zod';
import { UserFault } from './fault.ts';
import { refuseOpenSecrets } from './secret-file.ts';
import { readYaml, sentence, type YamlSource } from './yaml-file.ts';

export interface SettingsSources {
  readonly file?: string | undefined;
  /** Instead of the file's content: what was made of it and of something else. */
  readonly source?: YamlSource;
  readonly env?: NodeJS.ProcessEnv;
  /** Dotted path → value, from the command line: `{ 'http.port': 8080 }`; undefined means not given. */
  readonly flags?: Readonly<Record<string, unknown>>;
}

/** Environment variable of a setting: `http.port` is QUANTRAC_HTTP_PORT. */
export const envName = (path: readonly string[]): string => `QUANTRAC_${path.join('_').toUpperCase()}`;

/** The environment variables that a schema's settings can come from. */
export const envNames = (schema: z.ZodType): string[] => leaves(schema).map(({ path }) => envName(path));

/** A fault stops the start with one sentence that names the setting and where it was set. */
export function loadSettings<S extends z.ZodType>(schema: S, sources: SettingsSources): z.infer<S> {
  const source = sources.source ?? (sources.file === undefined ? undefined : readYaml(sources.file));
  if (sources.file !== undefined) refuseOpenSecrets(sources.file, source?.value);
  const value: unknown = structuredClone(source?.value ?? {});
  const setBy = new Map<string, string>();
  for (const { path, kind } of leaves(schema)) {
    const name = envName(path);
    const text = sources.env?.[name];
    if (text === undefined) continue;
    put(value, path, kind === 'text' ? text : scalar(text));
    setBy.set(path.join('.'), `environment variable ${name}`);
  }
  for (const [dotted, flag] of Object.entries(sources.flags ?? {})) {
    if (flag === undefined) continue;
    put(value, dotted.split('.'), flag);
    setBy.set(dotted, `flag for ${dotted}`);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const fallback = sources.file ?? 'settings';
  throw new UserFault(
    sentence(
      result.error,
      (path) => setBy.get(path.map(String).join('.')) ?? source?.place(path) ?? fallback,
    ),
  );
}

/** An environment variable is text; where a number or boolean is asked for, it is read as YAML reads it. */
function scalar(text: string): unknown {
  try {
    const value: unknown = parse(text);
    return typeof value === 'number' || typeof value === 'boolean' ? value : text;
  } catch {
    return text;
  }
}

function put(target: unknown, path: readonly string[], value: unknown): void {
  let object = target as Record<string, unknown>;
  for (const key of path.slice(0, -1)) {
    const next = object[key];
    if (typeof next !== 'object' || next === null) object[key] = {};
    object = object[key] as Record<string, unknown>;
  }
  const last = path.at(-1);
  if (last !== undefined) object[last] = value;
}

interface Leaf {
  readonly path: readonly string[];
  /** A password of digits only must stay a text. */
  readonly kind: 'text' | 'scalar';
}

/** All scalar settings of an object schema. Lists are set in the file only. */
function leaves(schema: z.ZodType, path: readonly string[] = []): Leaf[] {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodObject) {
    return Object.entries(inner.shape).flatMap(([key, child]) => leaves(child as z.ZodType, [...path, key]));
  }
  if (inner instanceof z.ZodArray || path.length === 0) return [];
  return [{ path, kind: inner instanceof z.ZodNumber || inner instanceof z.ZodBoolean ? 'scalar' : 'text' }];
}

function unwrap(schema: z.ZodType): z.ZodType {
  let inner = schema;
  while (inner instanceof z.ZodDefault || inner instanceof z.ZodOptional || inner instanceof z.ZodPrefault) {
    inner = inner.unwrap() as z.ZodType;
  }
  return inner;
}
