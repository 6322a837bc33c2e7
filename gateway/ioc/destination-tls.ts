/** TLS of a destination: whom it trusts, and how it shows who it is. */
import { z } from 'zod';
import { UserFault } from '../../devices/kit/fault.ts';
import { readText } from './destination-secret.ts';

/** Files in PEM. Without `ca` the authorities that Node.js ships are trusted; no setting trusts everybody. */
export const tlsSchema = z
  .strictObject({
    ca: z.string().min(1).optional(),
    cert: z.string().min(1).optional(),
    key: z.string().min(1).optional(),
  })
  .refine(({ cert, key }) => (cert === undefined) === (key === undefined), 'cert and key go together');

/** Contents of the files, as Node.js takes them. */
export interface TlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** Reads the files. Throws a UserFault that names the one that cannot be read or holds nothing of its kind. */
export function readTls(settings: z.infer<typeof tlsSchema>): TlsOptions {
  const pem = (file: string | undefined, word: string) => {
    if (file === undefined) return undefined;
    const text = readText(file);
    if (!text.includes(`${word}-----`)) throw new UserFault(`${file}: holds no ${word.toLowerCase()} in PEM`);
    return text;
  };
  const ca = pem(settings.ca, 'CERTIFICATE');
  const cert = pem(settings.cert, 'CERTIFICATE');
  const key = pem(settings.key, 'PRIVATE KEY');
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}
