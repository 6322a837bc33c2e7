import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PROFILE_SCHEMA_FILE, profileJsonSchema } from './json-schema.ts';

test('the schema file for editors is what the code says; else run devices/kit/json-schema.ts', () => {
  expect(JSON.parse(readFileSync(PROFILE_SCHEMA_FILE, 'utf8'))).toEqual(profileJsonSchema());
});

test('the schema asks for no more than a writer must give, and explains the fields', () => {
  const { required, properties } = profileJsonSchema() as {
    required: string[];
    properties: Record<string, { description?: string }>;
  };
  expect(required.toSorted()).toEqual(
    ['id', 'maker', 'models', 'revision', 'status', 'sources', 'address_base', 'link', 'examples'].sort(),
  );
  expect(properties.never_poll?.description).toContain('clear on read');
});
