/** An edge comes with a code and gets its certificate: the code's MAC is its right, so it needs no login. */
import { enrolAnswerSchema, enrolRequestSchema } from '../../devices/wire/identity.ts';
import { EnrolFault, type Enrolment } from '../identity/enrolment.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';

/** A request has about 800 bytes. */
const MAX_BODY = 16 * 1024;
const STATUS = { code: 403, edge: 409, request: 400, wait: 429 } as const;

export interface EnrolParts {
  readonly identity: { readonly enrolment: Pick<Enrolment, 'enrol'> | null };
}

export function enrolRoutes(app: Api, { identity: { enrolment } }: EnrolParts): void {
  app.post(
    '/api/v1/enrol',
    {
      bodyLimit: MAX_BODY,
      config: { access: 'enrol', rateLimit: { max: 30, timeWindow: 60_000 } },
      schema: {
        body: enrolRequestSchema,
        response: { 200: enrolAnswerSchema },
        summary: 'A certificate for an edge that proves to know a code (quantrac enrol does it)',
      },
    },
    async (request) => {
      if (enrolment === null)
        throw new Problem(503, 'this gateway enrols nobody: its settings have no mqtt.tls');
      try {
        return await enrolment.enrol(request.body, request.ip);
      } catch (error) {
        if (error instanceof EnrolFault) throw new Problem(STATUS[error.kind], error.message);
        throw error;
      }
    },
  );
}
