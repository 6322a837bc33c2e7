/** CAP messages against the schema of OASIS, by libxml2 in WebAssembly. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validateXML } from 'xmllint-wasm';

const schema = readFileSync(join(import.meta.dirname, '../reference/cap-1.2.xsd'), 'utf8');

/** What xmllint has to say; nothing when the document is valid. */
export async function schemaFaults(xml: string): Promise<string[]> {
  const { valid, errors } = await validateXML({
    xml: { fileName: 'message.xml', contents: xml },
    schema: { fileName: 'cap-1.2.xsd', contents: schema },
  });
  return valid ? [] : errors.map(({ message }) => message);
}
