/**
 * A CAP 1.2 message (OASIS, emergency/cap/v1.2, July 2010) and its XML. Fields have the names of the standard; elements are
 * written in the order of its schema, which refuses any other.
 */
import { create } from 'xmlbuilder2';
import { VIETNAM_AHEAD_MS } from '../../../devices/local-time.ts';
import type {
  CATEGORIES,
  CERTAINTIES,
  MSG_TYPES,
  RESPONSE_TYPES,
  SCOPES,
  SEVERITIES,
  STATUSES,
  URGENCIES,
} from './grammar.ts';

export const CAP_NAMESPACE = 'urn:oasis:names:tc:emergency:cap:1.2';

type OneOf<T extends readonly string[]> = T[number];
export type Severity = OneOf<typeof SEVERITIES>;
export type Status = OneOf<typeof STATUSES>;

/** A value by the name of its code list or measure. */
export interface Named {
  readonly valueName: string;
  readonly value: string;
}

export interface Area {
  readonly areaDesc: string;
  /** Corners `[latitude, longitude]` in degrees (WGS 84), the first once more at the end. */
  readonly polygon?: readonly (readonly [number, number])[];
  readonly circle?: { readonly latitude: number; readonly longitude: number; readonly radius_km: number };
  readonly geocode: readonly Named[];
}

/** What a message says in one language. */
export interface Info {
  readonly language: 'vi-VN' | 'en-US';
  readonly category: readonly OneOf<typeof CATEGORIES>[];
  readonly event: string;
  readonly responseType: readonly OneOf<typeof RESPONSE_TYPES>[];
  readonly urgency: OneOf<typeof URGENCIES>;
  readonly severity: Severity;
  readonly certainty: OneOf<typeof CERTAINTIES>;
  readonly eventCode: readonly Named[];
  /** Epoch ms, as `expires`. */
  readonly effective: number;
  readonly onset: number;
  readonly expires: number;
  readonly senderName: string;
  readonly headline: string;
  readonly description: string;
  readonly instruction: string;
  readonly web?: string | undefined;
  readonly contact?: string | undefined;
  readonly parameter: readonly Named[];
  readonly area: readonly Area[];
}

/** What tells a message from all others, and what later ones refer to it by. */
export interface Reference {
  readonly sender: string;
  readonly identifier: string;
  /** Epoch ms, whole seconds. */
  readonly sent: number;
}

export interface CapMessage extends Reference {
  readonly status: Status;
  readonly msgType: OneOf<typeof MSG_TYPES>;
  readonly scope: OneOf<typeof SCOPES>;
  readonly restriction?: string | undefined;
  readonly addresses?: readonly string[] | undefined;
  readonly note?: string | undefined;
  readonly references: readonly Reference[];
  readonly incidents: readonly string[];
  readonly info: readonly Info[];
}

/** `2026-03-05T13:15:00+07:00`: the schema takes neither `Z` nor fractions of a second. */
export const capTime = (at: number): string =>
  `${new Date(at + VIETNAM_AHEAD_MS).toISOString().slice(0, 19)}+07:00`;

/** XML 1.0 has no place for control characters and lone surrogates, and CAP none for markup within a text. */
export const plain = (text: string): string =>
  text
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('<', '‹')
    .replaceAll('>', '›');

const point = ([latitude, longitude]: readonly [number, number]): string => `${latitude},${longitude}`;

const areaOf = ({ areaDesc, polygon, circle, geocode }: Area) => ({
  areaDesc: plain(areaDesc),
  ...(polygon && { polygon: polygon.map(point).join(' ') }),
  ...(circle && { circle: `${point([circle.latitude, circle.longitude])} ${circle.radius_km}` }),
  geocode: geocode.map(named),
});

const named = ({ valueName, value }: Named) => ({ valueName: plain(valueName), value: plain(value) });

const infoOf = (info: Info) => ({
  language: info.language,
  category: info.category,
  event: plain(info.event),
  responseType: info.responseType,
  urgency: info.urgency,
  severity: info.severity,
  certainty: info.certainty,
  eventCode: info.eventCode.map(named),
  effective: capTime(info.effective),
  onset: capTime(info.onset),
  expires: capTime(info.expires),
  senderName: plain(info.senderName),
  headline: plain(info.headline),
  description: plain(info.description),
  instruction: plain(info.instruction),
  ...(info.web !== undefined && { web: info.web }),
  ...(info.contact !== undefined && { contact: plain(info.contact) }),
  parameter: info.parameter.map(named),
  area: info.area.map(areaOf),
});

const referenceOf = ({ sender, identifier, sent }: Reference): string =>
  `${sender},${identifier},${capTime(sent)}`;

/** An address with a space stands in quotes. */
const listed = (items: readonly string[]): string =>
  items.map((item) => (/\s/.test(item) ? `"${item}"` : item)).join(' ');

/** The document in UTF-8 with its declaration. */
export function capXml(message: CapMessage): string {
  const { restriction, addresses, note, references, incidents } = message;
  const alert = {
    identifier: message.identifier,
    sender: message.sender,
    sent: capTime(message.sent),
    status: message.status,
    msgType: message.msgType,
    scope: message.scope,
    ...(restriction !== undefined && { restriction: plain(restriction) }),
    ...(addresses !== undefined && { addresses: plain(listed(addresses)) }),
    ...(note !== undefined && { note: plain(note) }),
    ...(references.length > 0 && { references: references.map(referenceOf).join(' ') }),
    ...(incidents.length > 0 && { incidents: listed(incidents) }),
    info: message.info.map(infoOf),
  };
  return create({ version: '1.0', encoding: 'UTF-8' })
    .ele(CAP_NAMESPACE, 'alert')
    .ele(alert)
    .up()
    .end({ prettyPrint: true });
}
