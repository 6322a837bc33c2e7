/** How edges get in: codes for new ones, the certificates that they have, and taking those away. */
import { z } from 'zod';
import { UserFault } from '../../devices/kit/fault.ts';
import { nameSchema } from '../../devices/word.ts';
import { WAYS_IN } from '../identity/edges.ts';
import type { Identity } from '../identity/start.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';

const at = z.int().describe('epoch milliseconds');

export interface CertificateParts {
  readonly identity: Pick<Identity, 'codes' | 'edges' | 'enrolment' | 'revoke'>;
}

export function certificateRoutes(app: Api, { identity }: CertificateParts): void {
  const params = z.object({ name: nameSchema });

  app.get(
    '/api/v1/certificates',
    {
      config: { access: 'certificates.read' },
      schema: {
        response: {
          200: z.object({
            edges: z.array(
              z.object({
                edge: z.string(),
                login: z.enum(WAYS_IN),
                until: at.nullable().describe('end of its certificate, or of the code that it was given'),
                seen_at: at.nullable(),
              }),
            ),
          }),
        },
        summary: 'How each edge gets in, and until when',
      },
    },
    async () => ({ edges: identity.edges().map(({ seenAt, ...edge }) => ({ ...edge, seen_at: seenAt })) }),
  );

  app.post(
    '/api/v1/edges/:name/codes',
    {
      config: { access: 'codes.issue' },
      schema: {
        params,
        response: { 200: z.object({ code: z.string(), expires_at: at }) },
        summary: 'A code with which this edge is enrolled, once and within an hour; it is told only here',
      },
    },
    async (request, reply) => {
      if (identity.enrolment === null)
        throw new Problem(503, 'this gateway enrols nobody: its settings have no mqtt.tls');
      try {
        const { code, expiresAt } = identity.codes.issue(request.params.name);
        reply.header('cache-control', 'no-store');
        return { code, expires_at: expiresAt };
      } catch (error) {
        if (error instanceof UserFault) throw new Problem(409, error.message);
        throw error;
      }
    },
  );

  app.delete(
    '/api/v1/edges/:name/certificates',
    {
      config: { access: 'certificates.revoke' },
      schema: {
        params,
        querystring: z.object({ reason: z.string().trim().min(1).max(500).default('revoked at the centre') }),
        response: {
          200: z.object({
            revoked: z.int().describe('certificates'),
            password: z.boolean().describe('whether it had one, which is taken away'),
          }),
        },
        summary:
          'Nothing of this edge is let in any more, neither certificate nor password nor code, and its connection ends at once',
      },
    },
    async (request) => {
      const { name } = request.params;
      if (!identity.edges().some(({ edge }) => edge === name))
        throw new Problem(404, `there is no edge "${name}"`);
      const { certificates, password } = identity.revoke(name, request.query.reason);
      return { revoked: certificates, password };
    },
  );
}
