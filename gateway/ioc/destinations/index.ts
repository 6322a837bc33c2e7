/** The types of destinations. A new one is a file beside this, its line in TYPES and, when it needs more of the gateway, its parts. */
import { z } from 'zod';
import type { FeedRecord } from '../../../devices/wire/feed.ts';
import { nameSchema } from '../../../devices/word.ts';
import type { Catalog } from '../../catalog.ts';
import type { Published } from '../cap/rows.ts';
import type { DestinationContext, DestinationType, Item, OpenDestination, Source } from '../destination.ts';
import { cap } from './cap.ts';
import { mqtt } from './mqtt.ts';
import { type StationFileParts, stationFiles } from './station-files.ts';
import { webhook } from './webhook.ts';

/** What destinations are made of; gateway/app.ts fills it. A type asks for what it needs of these. */
export interface DestinationParts extends StationFileParts {
  readonly feed: Source<FeedRecord>;
  readonly catalog: Catalog;
  /** Undefined: CAP is off. */
  readonly cap: Source<Published> | undefined;
}

const TYPES = [listed(webhook), listed(mqtt), listed(stationFiles), listed(cap)] as const;

/** One line of `ioc.destinations` in the settings: what all have in common, and how it is opened. */
export interface Destination {
  readonly id: string;
  readonly type: string;
  /** Items a second at most. */
  readonly most_per_second?: number | undefined;
  open(context: DestinationContext<DestinationParts>): OpenDestination<Item>;
}

interface Listed {
  readonly type: string;
  /** Its own fields as they stand in the file, checked. */
  read(
    own: unknown,
  ): { readonly open: Destination['open'] } | { readonly issues: readonly z.core.$ZodIssue[] };
}

function listed<Name extends string, Settings>(
  type: DestinationType<Name, Settings, DestinationParts>,
): Listed {
  return {
    type: type.type,
    read(own) {
      const result = type.settings.safeParse(own);
      return result.success
        ? { open: (context) => type.open(result.data, context) }
        : { issues: result.error.issues };
    },
  };
}

const destinationSchema = z
  .looseObject({
    id: nameSchema,
    type: z.enum(TYPES.map(({ type }) => type)).default('webhook'),
    most_per_second: z.number().min(0.01).max(10_000).optional(),
  })
  .transform(({ id, type, most_per_second, ...own }, context): Destination => {
    const read = TYPES.find((known) => known.type === type)?.read(own) ?? { issues: [] };
    if ('open' in read) return { id, type, most_per_second, open: read.open };
    for (const issue of read.issues) context.issues.push({ ...issue, input: own } as z.core.$ZodRawIssue);
    return z.NEVER;
  });

export const destinationsSchema = z
  .array(destinationSchema)
  .max(50)
  .superRefine((destinations, context) => {
    destinations.forEach(({ id }, index) => {
      if (destinations.findIndex((other) => other.id === id) < index)
        context.addIssue({
          code: 'custom',
          path: [index, 'id'],
          message: `there are two destinations "${id}"`,
        });
    });
  })
  .default([]);
