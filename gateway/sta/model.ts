/** The entities of OGC SensorThings API 1.1 (18-088, section 8.2): their properties and the links between them. */

export const SETS = [
  'Things',
  'Locations',
  'HistoricalLocations',
  'Datastreams',
  'Sensors',
  'ObservedProperties',
  'Observations',
  'FeaturesOfInterest',
] as const;
export type SetName = (typeof SETS)[number];

export interface Link {
  readonly set: SetName;
  /** To any number of entities; without it to exactly one. */
  readonly many: boolean;
}

interface EntityType {
  readonly properties: readonly string[];
  readonly links: Readonly<Record<string, Link>>;
}

const one = (set: SetName): Link => ({ set, many: false });
const many = (set: SetName): Link => ({ set, many: true });

export const MODEL: Readonly<Record<SetName, EntityType>> = {
  Things: {
    properties: ['name', 'description', 'properties'],
    links: {
      Locations: many('Locations'),
      HistoricalLocations: many('HistoricalLocations'),
      Datastreams: many('Datastreams'),
    },
  },
  Locations: {
    properties: ['name', 'description', 'encodingType', 'location', 'properties'],
    links: { Things: many('Things'), HistoricalLocations: many('HistoricalLocations') },
  },
  HistoricalLocations: {
    properties: ['time'],
    links: { Thing: one('Things'), Locations: many('Locations') },
  },
  Datastreams: {
    properties: [
      ...['name', 'description', 'observationType', 'unitOfMeasurement', 'observedArea'],
      ...['phenomenonTime', 'properties'],
    ],
    links: {
      Thing: one('Things'),
      Sensor: one('Sensors'),
      ObservedProperty: one('ObservedProperties'),
      Observations: many('Observations'),
    },
  },
  Sensors: {
    properties: ['name', 'description', 'encodingType', 'metadata', 'properties'],
    links: { Datastreams: many('Datastreams') },
  },
  ObservedProperties: {
    properties: ['name', 'definition', 'description', 'properties'],
    links: { Datastreams: many('Datastreams') },
  },
  Observations: {
    properties: ['phenomenonTime', 'resultTime', 'result', 'resultQuality', 'parameters'],
    links: { Datastream: one('Datastreams'), FeatureOfInterest: one('FeaturesOfInterest') },
  },
  FeaturesOfInterest: {
    properties: ['name', 'description', 'encodingType', 'feature', 'properties'],
    links: { Observations: many('Observations') },
  },
};

export const isSet = (name: string): name is SetName => Object.hasOwn(MODEL, name);

export const linkOf = (set: SetName, name: string): Link | undefined =>
  Object.hasOwn(MODEL[set].links, name) ? MODEL[set].links[name] : undefined;

export const hasProperty = (set: SetName, name: string): boolean => MODEL[set].properties.includes(name);

/** How an entity's id is written in a query. */
export const isId = (name: string): boolean => name === 'id' || name === '@iot.id';
