/** What the centre tells an edge about one of its stations, as a retained message of JSON. */
import type { z } from 'zod';

/** The message as its schema has it, or a sentence that says what is wrong with it. */
export function readMessage<S extends z.ZodType>(
  payload: string,
  schema: S,
  mostCharacters: number,
): { readonly message: z.infer<S> } | string {
  if (payload.length > mostCharacters) return `it has more than ${mostCharacters} characters`;
  let value: unknown;
  try {
    value = JSON.parse(payload);
  } catch {
    return 'it is no JSON';
  }
  const result = schema.safeParse(value);
  return result.success ? { message: result.data } : sentenceOf(result.error);
}

export const sentenceOf = ({ issues: [issue] }: z.ZodError): string =>
  `${issue?.path.map(String).join('.') || 'message'}: ${issue?.message ?? 'wrong'}`;
