/** The first fault that zod found, as one sentence that fits under a node. */
import type { z } from 'zod';

export function sentenceOf(error: z.ZodError): string {
  const [issue] = error.issues;
  if (!issue) return 'unknown fault';
  const field = issue.path.map(String).join('.');
  return (field === '' ? issue.message : `${field}: ${issue.message}`).slice(0, 300);
}
