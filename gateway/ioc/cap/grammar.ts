/** What may stand in a CAP 1.2 message, in the order of its schema (cap-1.2.xsd). */

export const STATUSES = ['Actual', 'Exercise', 'System', 'Test', 'Draft'] as const;
export const MSG_TYPES = ['Alert', 'Update', 'Cancel', 'Ack', 'Error'] as const;
export const SCOPES = ['Public', 'Restricted', 'Private'] as const;
export const CATEGORIES = [
  'Geo',
  'Met',
  'Safety',
  'Security',
  'Rescue',
  'Fire',
  'Health',
  'Env',
  'Transport',
  'Infra',
  'CBRNE',
  'Other',
] as const;
export const RESPONSE_TYPES = [
  'Shelter',
  'Evacuate',
  'Prepare',
  'Execute',
  'Avoid',
  'Monitor',
  'Assess',
  'AllClear',
  'None',
] as const;
export const URGENCIES = ['Immediate', 'Expected', 'Future', 'Past', 'Unknown'] as const;
/** From the worst on. */
export const SEVERITIES = ['Extreme', 'Severe', 'Moderate', 'Minor', 'Unknown'] as const;
export const CERTAINTIES = ['Observed', 'Likely', 'Possible', 'Unlikely', 'Unknown'] as const;

/** As the schema's pattern has it, whose `[-,+]` lets a comma through that is no date: xs:dateTime does not. */
export const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d$/;

/** What an element holds: any text, a time, a number, one of a list, or elements in this order. */
export type Content = 'text' | 'time' | 'number' | 'integer' | readonly string[] | readonly Field[];

/** The name with how often it may stand: `?` none or one, `*` any number, `+` one or more; without a sign just one. */
export type Field = readonly [name: string, content: Content];

const NAMED: readonly Field[] = [
  ['valueName', 'text'],
  ['value', 'text'],
];

const RESOURCE: readonly Field[] = [
  ['resourceDesc', 'text'],
  ['mimeType', 'text'],
  ['size?', 'integer'],
  ['uri?', 'text'],
  ['derefUri?', 'text'],
  ['digest?', 'text'],
];

const AREA: readonly Field[] = [
  ['areaDesc', 'text'],
  ['polygon*', 'text'],
  ['circle*', 'text'],
  ['geocode*', NAMED],
  ['altitude?', 'number'],
  ['ceiling?', 'number'],
];

const INFO: readonly Field[] = [
  ['language?', 'text'],
  ['category+', CATEGORIES],
  ['event', 'text'],
  ['responseType*', RESPONSE_TYPES],
  ['urgency', URGENCIES],
  ['severity', SEVERITIES],
  ['certainty', CERTAINTIES],
  ['audience?', 'text'],
  ['eventCode*', NAMED],
  ['effective?', 'time'],
  ['onset?', 'time'],
  ['expires?', 'time'],
  ['senderName?', 'text'],
  ['headline?', 'text'],
  ['description?', 'text'],
  ['instruction?', 'text'],
  ['web?', 'text'],
  ['contact?', 'text'],
  ['parameter*', NAMED],
  ['resource*', RESOURCE],
  ['area*', AREA],
];

export const ALERT: readonly Field[] = [
  ['identifier', 'text'],
  ['sender', 'text'],
  ['sent', 'time'],
  ['status', STATUSES],
  ['msgType', MSG_TYPES],
  ['source?', 'text'],
  ['scope', SCOPES],
  ['restriction?', 'text'],
  ['addresses?', 'text'],
  ['code*', 'text'],
  ['note?', 'text'],
  ['references?', 'text'],
  ['incidents?', 'text'],
  ['info*', INFO],
  // An XML signature, of which nothing is checked here.
  ['Signature*', 'text'],
];
