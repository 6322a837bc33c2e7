/** What the running gateway says of its API (OpenAPI), taken apart: every text that somebody can send. */
import { z } from 'zod';

export type Schema = { readonly [key: string]: unknown };

const methods = ['get', 'put', 'post', 'delete', 'patch'] as const;
const documentSchema = z.object({
  paths: z.record(
    z.string(),
    z.partialRecord(
      z.enum([...methods, 'head', 'options']),
      z.looseObject({
        parameters: z
          .array(
            z.looseObject({
              name: z.string(),
              in: z.enum(['query', 'path', 'header', 'cookie']),
              required: z.boolean().optional(),
              schema: z.record(z.string(), z.unknown()),
            }),
          )
          .optional(),
        requestBody: z
          .looseObject({
            content: z.record(
              z.string(),
              z.looseObject({ schema: z.record(z.string(), z.unknown()).optional() }),
            ),
          })
          .optional(),
      }),
    ),
  ),
});

export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: 'query' | 'path' | 'header' | 'cookie';
    readonly required: boolean;
    readonly schema: Schema;
  }[];
  readonly body: Schema | null;
}

export function operationsOf(document: unknown): Operation[] {
  const { paths } = documentSchema.parse(document);
  return Object.entries(paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method];
      if (operation === undefined) return [];
      return [
        {
          method: method.toUpperCase(),
          path,
          parameters: (operation.parameters ?? []).map((one) => ({
            ...one,
            required: one.required ?? false,
          })),
          body: operation.requestBody?.content['application/json']?.schema ?? null,
        },
      ];
    }),
  );
}

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const list = (value: unknown): Schema[] => (Array.isArray(value) ? value.filter(isSchema) : []);

/** Where a schema takes a text, a list or a map without a bound. `place` begins each path. */
export function unbounded(schema: Schema, place: string): string[] {
  const found: string[] = [];
  const type = schema.type;
  const bounds = ['maxLength', 'enum', 'format', 'pattern', 'const'];
  if (type === 'string' && !bounds.some((bound) => bound in schema)) found.push(`${place}: text`);
  if (type === 'array') {
    if (!('maxItems' in schema)) found.push(`${place}: list`);
    if (isSchema(schema.items)) found.push(...unbounded(schema.items, `${place}[]`));
  }
  for (const word of ['anyOf', 'oneOf', 'allOf', 'prefixItems'])
    for (const one of list(schema[word])) found.push(...unbounded(one, place));
  if (isSchema(schema.properties))
    for (const [name, one] of Object.entries(schema.properties))
      if (isSchema(one)) found.push(...unbounded(one, `${place}.${name}`));
  if (isSchema(schema.additionalProperties))
    found.push(...unbounded(schema.additionalProperties, `${place}.*`));
  return [...new Set(found)];
}
