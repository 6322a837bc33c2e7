/** The photograph of a station: what is known of it, the picture itself, setting and removing it. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { MAX_PHOTO, PHOTO_TYPES, photoAnswerSchema } from '../../devices/wire/station.ts';
import type { Catalog } from '../catalog.ts';
import type { Photos } from '../photos.ts';
import { scopeOf } from '../scope.ts';
import { sessionOf } from './auth.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';

const READ = { access: 'stations.read' } as const;
const WRITE = { access: 'photos.write' } as const;
const PATH = '/api/v1/stations/:id/photo';
const params = z.object({ id: z.string().max(63) });

export interface PhotoParts {
  readonly catalog: Catalog;
  readonly photos: Photos;
}

export function photoRoutes(app: Api, { catalog, photos }: PhotoParts): void {
  const seen = (request: FastifyRequest, id: string): string => {
    if (scopeOf(sessionOf(request), catalog).get(id) === undefined)
      throw new Problem(404, `there is no station "${id}"`);
    return id;
  };
  app.addContentTypeParser([...PHOTO_TYPES], { parseAs: 'buffer', bodyLimit: MAX_PHOTO }, (_, body, done) =>
    done(null, body),
  );

  app.get(
    PATH,
    {
      config: READ,
      schema: { params, response: { 200: photoAnswerSchema }, summary: 'What is known of its photograph' },
    },
    async (request) => {
      const station = seen(request, request.params.id);
      return { station, photo: photos.of(station) };
    },
  );

  app.get(
    `${PATH}/:version`,
    {
      config: READ,
      schema: { params: params.extend({ version: z.string().max(64) }), summary: 'The photograph' },
    },
    async (request, reply) => {
      const station = seen(request, request.params.id);
      const found = photos.body(station, request.params.version);
      if (found === null) throw new Problem(404, `station "${station}" has no such photograph`);
      return (
        reply
          .type(found.type)
          // A version is of its content: it never changes. Not for caches that several people share.
          .header('cache-control', 'private, max-age=31536000, immutable')
          .send(Buffer.from(found.body))
      );
    },
  );

  app.put(
    PATH,
    {
      config: WRITE,
      bodyLimit: MAX_PHOTO,
      schema: {
        params,
        response: { 200: photoAnswerSchema },
        summary: `Set its photograph: the body is the picture, JPEG, PNG or WebP, at most ${MAX_PHOTO / 1000} kB`,
      },
    },
    async (request) => {
      const station = seen(request, request.params.id);
      const photo = Buffer.isBuffer(request.body) ? photos.put(station, request.body) : null;
      if (photo === null) throw new Problem(415, 'the body is no picture: send a JPEG, PNG or WebP');
      return { station, photo };
    },
  );

  app.delete(
    PATH,
    {
      config: WRITE,
      schema: { params, response: { 200: photoAnswerSchema }, summary: 'Remove its photograph' },
    },
    async (request) => {
      const station = seen(request, request.params.id);
      if (!photos.remove(station)) throw new Problem(404, `station "${station}" has no photograph`);
      return { station, photo: null };
    },
  );
}
