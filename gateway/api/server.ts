/** The HTTP server: API, stream, metrics and the screens. */

import { existsSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import cookie from '@fastify/cookie';
import files from '@fastify/static';
import swagger from '@fastify/swagger';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  LogController,
  type RawServerDefault,
} from 'fastify';
import {
  hasZodFastifySchemaValidationErrors,
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import type { Logger } from '../../devices/kit/log.ts';
import { type RouteRight, watchRoutes } from '../access/routes.ts';
import type { Accounts } from '../accounts.ts';
import type { AlertBook } from '../alerts/book.ts';
import type { Audit } from '../audit/audit.ts';
import type { Books } from '../books/books.ts';
import type { Catalog } from '../catalog.ts';
import type { DerivedStore } from '../derive/derived-store.ts';
import type { DeriveSettings } from '../derive/settings.ts';
import type { Identity } from '../identity/start.ts';
import type { Delivery } from '../ioc/delivery.ts';
import type { Feed } from '../ioc/feed.ts';
import type { StationLimits } from '../limits/limits.ts';
import type { LiveReadings } from '../live.ts';
import type { Metrics } from '../metrics.ts';
import type { Photos } from '../photos.ts';
import type { Quarantine } from '../quarantine.ts';
import type { Rerun } from '../quarantine-rerun.ts';
import type { Rehearsals } from '../rehearsal/rehearsals.ts';
import type { Store } from '../store/store.ts';
import { AccountFault } from '../users/fault.ts';
import { accountRoutes, FAULT_STATUS } from './account-routes.ts';
import { type AcknowledgeParts, acknowledgeRoutes } from './acknowledge.ts';
import { alertActionRoutes } from './alert-actions.ts';
import { alertRoutes } from './alerts.ts';
import { auditRoutes } from './audit.ts';
import { guard } from './auth.ts';
import { booksRoutes } from './books.ts';
import { type CapParts, capRoutes } from './cap.ts';
import { certificateRoutes } from './certificates.ts';
import { type CommandsParts, commandRoutes } from './commands.ts';
import { derivedRoutes } from './derived.ts';
import { derivedDaysRoutes } from './derived-days.ts';
import { derivedYearsRoutes } from './derived-years.ts';
import { destinationRoutes } from './destinations.ts';
import { enrolRoutes } from './enrol.ts';
import { type EvidenceRouteParts, evidenceRoutes } from './evidence.ts';
import { exportRoutes } from './export.ts';
import { feedRoutes } from './feed.ts';
import { type FleetParts, fleetRoutes } from './fleet.ts';
import { type FleetConfigRoutesParts, fleetConfigRoutes } from './fleet-config.ts';
import { instrumentRoutes } from './instruments.ts';
import { lateRoutes } from './late.ts';
import { limitsRoutes } from './limits.ts';
import { noticeRoutes } from './notices.ts';
import { outOfServiceRoutes } from './out-of-service.ts';
import { type PeopleParts, peopleRoutes } from './people.ts';
import { photoRoutes } from './photos.ts';
import { endWithProblem, Problem, sendProblem } from './problem.ts';
import { MAX_CONNECTIONS, protect, SERVER_BOUNDS } from './protection.ts';
import { qualityDaysRoutes } from './quality-days.ts';
import { quarantineRoutes } from './quarantine.ts';
import { rehearsalRoutes } from './rehearsals.ts';
import { type StaParts, staRoutes } from './sta.ts';
import { stationRoutes } from './stations.ts';
import { type Stream, streamRoutes } from './stream.ts';
import { type Check, systemRoutes } from './system.ts';

export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

export interface ApiParts {
  readonly host: string;
  readonly port: number;
  readonly version: string;
  /** Folder of the built screens; that of this package when undefined. */
  readonly screens: string | undefined;
  readonly token: string | undefined;
  readonly accounts: Accounts;
  readonly audit: Audit;
  readonly identity: Identity;
  readonly catalog: Catalog;
  readonly fleetConfig: FleetConfigRoutesParts['fleetConfig'];
  readonly edgeCare: FleetParts['edgeCare'] & CommandsParts['edgeCare'];
  readonly books: Books;
  readonly live: LiveReadings;
  readonly store: Store;
  readonly derived: DerivedStore;
  readonly deriveSettings: DeriveSettings;
  readonly alerts: AlertBook;
  readonly shelveMostS: number;
  readonly limits: StationLimits;
  readonly rehearsals: Rehearsals;
  readonly feed: Feed;
  readonly cap: CapParts['cap'];
  readonly delivery: Delivery;
  readonly notices: PeopleParts['notices'];
  readonly push: PeopleParts['push'];
  readonly photos: Photos;
  readonly smsIncoming: AcknowledgeParts['smsIncoming'];
  readonly sta: StaParts['sta'];
  readonly mqttPort: number;
  readonly quarantine: Quarantine;
  readonly evidence: EvidenceRouteParts['evidence'];
  readonly rerun: Rerun;
  readonly stream: Stream;
  readonly metrics: Metrics;
  readonly checks: Readonly<Record<string, Check>>;
  readonly now: () => number;
  readonly log: Logger;
}

const SCREENS = join(import.meta.dirname, '../../dashboards/dist');
const MAX_BODY = 64 * 1024;

export interface RunningApi {
  readonly port: number;
  readonly rights: readonly RouteRight[];
  stop(): Promise<void>;
}

export async function startApi(parts: ApiParts): Promise<RunningApi> {
  const app: Api = Fastify({
    loggerInstance: parts.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY,
    forceCloseConnections: true,
    ...SERVER_BOUNDS,
    // A proxy on this machine tells whom it speaks for; nobody else is believed.
    trustProxy: 'loopback',
    clientErrorHandler: (error, socket) => endWithProblem(socket, error.code),
    // An address that cannot be read comes to no route and no error handler.
    frameworkErrors: (error, _request, reply) => sendProblem(reply as FastifyReply, 400, error.message),
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);

  await app.register(cookie);
  await protect(app as unknown as FastifyInstance, parts.now);
  await app.register(swagger, {
    openapi: {
      info: {
        title: 'Quantrac',
        version: parts.version,
        description: 'Stations, readings, alerts and the IOC feed.',
      },
      components: {
        securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      },
      security: [{ token: [] }],
    },
    transform: jsonSchemaTransform,
  });

  app.setErrorHandler((error, request, reply) => {
    if (error instanceof Problem) return sendProblem(reply, error.status, error.message);
    if (error instanceof AccountFault) return sendProblem(reply, FAULT_STATUS[error.kind], error.message);
    if (hasZodFastifySchemaValidationErrors(error)) {
      const [first] = error.validation;
      return sendProblem(
        reply,
        400,
        `${first?.instancePath.slice(1) || error.validationContext}: ${first?.message ?? 'wrong'}`,
      );
    }
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    if (status >= 500) request.log.error({ err: error, url: request.routeOptions.url }, 'request failed');
    return sendProblem(
      reply,
      status,
      status >= 500 ? 'the gateway failed at this; its log says why' : (error as Error).message,
    );
  });
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, (request, reply) =>
    sendProblem(reply, 404, `there is nothing at ${request.url.split('?')[0]?.slice(0, 200)}`),
  );

  const routes = watchRoutes(app);
  guard(app, parts.accounts, parts.token);
  accountRoutes(app, parts);
  stationRoutes(app, parts);
  derivedRoutes(app, parts);
  derivedDaysRoutes(app, parts);
  derivedYearsRoutes(app, parts);
  limitsRoutes(app, parts);
  rehearsalRoutes(app, parts);
  booksRoutes(app, parts);
  qualityDaysRoutes(app, parts);
  lateRoutes(app, parts);
  instrumentRoutes(app, parts);
  photoRoutes(app, parts);
  exportRoutes(app, parts);
  evidenceRoutes(app, parts);
  auditRoutes(app, parts);
  enrolRoutes(app, parts);
  certificateRoutes(app, parts);
  alertRoutes(app, parts);
  alertActionRoutes(app, parts);
  outOfServiceRoutes(app, parts);
  feedRoutes(app, parts.feed);
  capRoutes(app, parts);
  destinationRoutes(app, parts);
  peopleRoutes(app, parts);
  noticeRoutes(app, parts);
  acknowledgeRoutes(app, parts);
  staRoutes(app, parts);
  fleetRoutes(app, parts);
  fleetConfigRoutes(app, parts);
  commandRoutes(app, parts);
  streamRoutes(app, parts.stream);
  quarantineRoutes(app, parts);
  systemRoutes(app, parts);
  const { screens: folder = SCREENS } = parts;
  if (existsSync(folder)) {
    // The screens hold no data: whoever opens them is asked to log in by the API.
    await app.register(async (screens) => {
      screens.addHook('onRoute', (route) => {
        route.config = { ...route.config, access: 'screens' };
      });
      await screens.register(files, { root: folder, preCompressed: true, maxAge: 0 });
    });
  } else {
    parts.log.warn('the screens are not built: npm run prepare builds them');
  }

  app.server.maxConnections = MAX_CONNECTIONS;
  await app.listen({ host: parts.host, port: parts.port });
  return {
    port: (app.server.address() as { port: number }).port,
    rights: routes.rights(),
    stop: () => app.close(),
  };
}
