/** `quantrac check`: faults and doubts of files, before a process meets them. */
import { basename } from 'node:path';
import type { z } from 'zod';
import { UserFault } from '../../devices/kit/fault.ts';
import { envName } from '../../devices/kit/settings.ts';
import { readYaml } from '../../devices/kit/yaml-file.ts';
import { type Profile, profileSchema } from '../../devices/profile.ts';
import { type EdgeFile, edgeFileSchema } from '../../devices/station.ts';
import { type Finding, findingOf, locate, type Remark, remarksOf } from './check-findings.ts';
import { type FileKind, kindOf } from './check-kind.ts';
import { checkProfile } from './check-profile.ts';

/** The schemas of processes that the edge does not know. */
export type ProcessSchemas = Readonly<Record<'field' | 'gateway' | 'flows', z.ZodType>>;

export interface CheckOptions {
  readonly schemas: ProcessSchemas;
  /** What only shows of an edge file beside the profiles. */
  readonly edgeRemarks: (edge: EdgeFile) => readonly Remark[];
  /** Overrides what content and name say. */
  readonly kind?: FileKind | undefined;
}

export interface CheckedFile {
  readonly file: string;
  readonly kind: FileKind | null;
  readonly findings: readonly Finding[];
}

export function checkFile(file: string, { schemas, edgeRemarks, kind: given }: CheckOptions): CheckedFile {
  let kind: FileKind | null = given ?? null;
  try {
    const source = readYaml(file);
    kind ??= kindOf(file, source.value);
    const findings = remarksFor(kind, file, source.value).map((remark) => locate(file, source, remark));
    return { file, kind, findings };
  } catch (error) {
    return { file, kind, findings: [findingOf(file, error)] };
  }

  function remarksFor(kind: FileKind | null, file: string, value: unknown): Remark[] {
    switch (kind) {
      case 'profile':
        return checked(profileSchema, value, (profile) => [
          ...nameRemarks(file, profile),
          ...checkProfile(profile),
        ]);
      case 'edge':
        return checked(edgeFileSchema, value, edgeRemarks);
      case null:
        throw new UserFault(
          `${file}: neither content nor name says what it is: say --kind profile, edge, field, gateway or flows`,
        );
      default:
        return checked(schemas[kind], value, () => []);
    }
  }
}

/** Files whose names begin with "_" are to copy from. */
function nameRemarks(file: string, { id }: Profile): Remark[] {
  const name = basename(file);
  if (name.startsWith('_') || name === `${id}.yaml`) return [];
  return [{ severity: 'fault', path: ['id'], reason: `"${id}" must be the file's name: ${id}.yaml` }];
}

/** Long enough for every secret of our settings. */
const STAND_IN = 'given-by-the-environment';

function checked<S extends z.ZodType>(
  schema: S,
  value: unknown,
  further: (data: z.infer<S>) => readonly Remark[],
): Remark[] {
  const secrets = absentSecrets(schema, value);
  const result = schema.safeParse(secrets.filled);
  return [...secrets.remarks, ...(result.success ? further(result.data) : remarksOf(result.error))];
}

/** A secret that is not in the file is no fault: it may come from the environment, and better so. */
function absentSecrets(schema: z.ZodType, value: unknown): { filled: unknown; remarks: Remark[] } {
  const filled: unknown = structuredClone(value ?? {});
  const remarks: Remark[] = [];
  for (const { path } of schema.safeParse(filled).error?.issues ?? []) {
    const words = path.map(String);
    const key = words.at(-1) ?? '';
    const parent = words.slice(0, -1).reduce<unknown>((object, word) => entry(object, word), filled);
    if (!/password|secret|token/.test(key) || path.some((part) => typeof part === 'number')) continue;
    if (typeof parent !== 'object' || parent === null || Object.hasOwn(parent, key)) continue;
    (parent as Record<string, unknown>)[key] = STAND_IN;
    const reason = `not in the file: ${envName(words)} must give it at the start`;
    remarks.push({ severity: 'warning', path: words, reason });
  }
  return { filled, remarks };
}

const entry = (object: unknown, word: string): unknown =>
  typeof object === 'object' && object !== null ? (object as Record<string, unknown>)[word] : undefined;
