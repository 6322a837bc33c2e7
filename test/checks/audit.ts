/**
 * `npm run check`: `npm audit` of what runs in production. Known faults of high severity fail it; a registry that does not
 * answer (no network, a mirror without that service) is said in a line and fails nothing.
 */
import { spawnSync } from 'node:child_process';
import { z } from 'zod';

const answerSchema = z.object({
  metadata: z.object({ vulnerabilities: z.record(z.string(), z.number()) }),
  vulnerabilities: z.record(z.string(), z.object({ name: z.string(), severity: z.string() })),
});

export type Audited = { readonly kind: 'no answer' } | { readonly kind: 'answer'; readonly faults: string[] };

/** What npm printed as JSON. */
export function readAudit(text: string): Audited {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'no answer' };
  }
  const { success, data } = answerSchema.safeParse(value);
  if (!success) return { kind: 'no answer' };
  const faults = Object.values(data.vulnerabilities)
    .filter(({ severity }) => severity === 'high' || severity === 'critical')
    .map(({ name, severity }) => `${name}: ${severity}`);
  return { kind: 'answer', faults };
}

if (import.meta.main) {
  const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--audit-level=high', '--json'], {
    encoding: 'utf8',
    timeout: 60_000,
    shell: process.platform === 'win32',
  });
  const audited = readAudit(stdout ?? '');
  if (audited.kind === 'no answer')
    process.stdout.write('npm audit: the registry does not answer that; known faults were not looked for\n');
  else for (const fault of audited.faults) process.stderr.write(`npm audit: ${fault}\n`);
  process.exitCode = audited.kind === 'answer' && audited.faults.length > 0 ? 1 : 0;
}
