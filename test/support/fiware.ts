/** Entities against the schemas of the Smart Data Models (test/reference/fiware/README.md), by ajv. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const FOLDER = join(import.meta.dirname, '../reference/fiware');
const MODELS = [
  'AirQualityObserved',
  'WaterQualityObserved',
  'TrafficFlowObserved',
  'FireForestStatus',
  'Alert',
] as const;

type Properties = Readonly<Record<string, unknown>>;
interface Schema {
  readonly $id: string;
  readonly required: readonly string[];
  readonly allOf: readonly { readonly properties?: Properties }[];
}
type Common = Readonly<{ definitions: Readonly<Record<string, { readonly properties?: Properties }>> }>;

const read = (name: string): unknown => JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8'));

// Their $schema is not always one that there is, and $schemaVersion is a word of their own.
const ajv = new Ajv2020({ strict: false, validateSchema: false, allErrors: true });
addFormats.default(ajv);
const common = read('common-schema') as Common;
ajv.addSchema(common);

const shared = ['GSMA-Commons', 'Location-Commons'].flatMap((name) =>
  Object.keys(common.definitions[name]?.properties ?? {}),
);
const models = new Map(
  MODELS.map((name) => {
    const schema = read(name) as Schema;
    const validate: ValidateFunction = ajv.compile({ ...schema, $schema: undefined });
    const own = schema.allOf.flatMap(({ properties }) => Object.keys(properties ?? {}));
    return [name as string, { validate, required: schema.required, known: new Set([...shared, ...own]) }];
  }),
);

const modelOf = ({ type }: { readonly type: string }) => {
  const model = models.get(type);
  if (model === undefined) throw new Error(`there is no model "${type}"`);
  return model;
};

/** What the schema of its type has to say; nothing when the entity is valid. */
export function fiwareFaults(entity: { readonly type: string }): string[] {
  const { validate } = modelOf(entity);
  return validate(entity)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

export const requiredOf = (entity: { readonly type: string }): readonly string[] => modelOf(entity).required;

/** Attributes that the model does not have: the schemas let every other name pass. */
export const strangers = (entity: { readonly type: string }): string[] =>
  Object.keys(entity).filter((attribute) => !modelOf(entity).known.has(attribute));
