/** The instruments of a station, with what their profiles tell people of them. */
import { z } from 'zod';
import { openProfiles } from '../../devices/kit/profiles.ts';
import type { Profile, ProfileLookup } from '../../devices/profile.ts';
import { instrumentsAnswerSchema, type ProfileFacts } from '../../devices/wire/station.ts';
import type { Catalog } from '../catalog.ts';
import { scopeOf } from '../scope.ts';
import { sessionOf } from './auth.ts';
import { Problem } from './problem.ts';
import type { Api } from './server.ts';

export interface InstrumentsParts {
  readonly catalog: Pick<Catalog, 'get' | 'all'>;
}

export function profileFacts(profile: Profile): ProfileFacts {
  const { id, maker, models, revision, status, caveats, sources } = profile;
  return {
    ...{ id, maker, models, revision, status, caveats, sources },
    ranges: profile.points.flatMap(({ parameter, range, unit }) =>
      range === undefined ? [] : [{ parameter, low: range[0], high: range[1], unit }],
    ),
    calibrating: [
      ...new Set(profile.state_from.flatMap(({ calibrating }) => Object.values(calibrating ?? {}))),
    ],
  };
}

export function instrumentRoutes(app: Api, { catalog }: InstrumentsParts): void {
  const profiles: ProfileLookup = openProfiles();

  app.get(
    '/api/v1/stations/:id/instruments',
    {
      config: { access: 'stations.read' },
      schema: {
        params: z.object({ id: z.string().max(63) }),
        response: { 200: instrumentsAnswerSchema },
        summary: 'The instruments of a station: model, caveats, ranges, what may be written to them',
      },
    },
    async (request) => {
      const station = scopeOf(sessionOf(request), catalog).get(request.params.id);
      if (station === undefined) throw new Problem(404, `there is no station "${request.params.id}"`);
      const instruments = (station.instruments ?? []).map(({ id, profile, writes }) => {
        const known = profiles.get(profile);
        return {
          ...{ id, profile },
          facts: known === undefined ? null : profileFacts(known),
          writes: writes.map(({ name, label, note, dangerous }) => ({ name, label, note, dangerous })),
        };
      });
      return { station: station.id, instruments };
    },
  );
}
