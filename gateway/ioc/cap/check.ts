/**
 * What a CAP message must keep beyond the schema (docs/cap.md): rules of the standard's text that a schema cannot say, of
 * the consumers that take public alerts (Google's profile) and of messages in several languages (profile of MET Norway).
 */
import { all, type Element, readCap, structureFaults, textOf, textsOf } from './document.ts';
import { circleFault, polygonFault } from './geometry.ts';

const MOST_HEADLINE = 140;
/** Registered top-level media types (IANA). */
const MIME_TYPE = /^(application|audio|example|font|haptics|image|message|model|multipart|text|video)\/\S+$/;

/** Every fault in a sentence with its place; none when the message may go out. */
export function checkCap(xml: string): string[] {
  let alert: Element;
  try {
    alert = readCap(xml);
  } catch (error) {
    return [(error as Error).message];
  }
  const structure = structureFaults(alert);
  // Without its parts in place nothing more can be said about it.
  return structure.length > 0 ? structure : [...headFaults(alert), ...infosFaults(alert)];
}

/** No spaces, commas, `<` or `&`: they would break references. */
const nameFault = (alert: Element, field: 'identifier' | 'sender'): string[] =>
  /^[^\s,<&]+$/.test(all(alert, field)[0]?.text ?? '')
    ? []
    : [`alert/${field}: "${textOf(alert, field)}" must be without spaces, commas, < and &`];

function headFaults(alert: Element): string[] {
  const faults = [
    ...nameFault(alert, 'identifier'),
    ...nameFault(alert, 'sender'),
    ...referenceFaults(alert),
  ];
  const [scope, type] = [textOf(alert, 'scope'), textOf(alert, 'msgType')];
  const has = (field: string) => (textOf(alert, field) ?? '') !== '';
  if (has('restriction') !== (scope === 'Restricted'))
    faults.push('alert/restriction: goes with scope Restricted, and only with it');
  if (scope === 'Private' && !has('addresses'))
    faults.push('alert/addresses: scope Private needs who it is addressed to');
  if ((type === 'Alert' || type === 'Update') && all(alert, 'info').length === 0)
    faults.push(`alert/info: ${type} needs at least one`);
  for (const field of ['note', 'source']) faults.push(...markupFaults(alert, field, `alert/${field}`));
  return faults;
}

function referenceFaults(alert: Element): string[] {
  const type = textOf(alert, 'msgType');
  const references = textOf(alert, 'references')?.split(/\s+/).filter(Boolean) ?? [];
  if (references.length === 0)
    return type === 'Alert' ? [] : [`alert/references: ${type} must say what it refers to`];
  const own = `${textOf(alert, 'sender')},${textOf(alert, 'identifier')}`;
  const sent = Date.parse(textOf(alert, 'sent') ?? '');
  return references.flatMap((reference) => {
    const [sender, identifier, at, ...more] = reference.split(',');
    const place = `alert/references: "${reference}"`;
    if (!sender || !identifier || !at || more.length > 0 || !Number.isFinite(Date.parse(at)))
      return [`${place} must be sender,identifier,sent`];
    if (`${sender},${identifier}` === own) return [`${place} is the message itself`];
    return Date.parse(at) > sent ? [`${place} was sent later than this message`] : [];
  });
}

function infosFaults(alert: Element): string[] {
  const infos = all(alert, 'info');
  const isPublic = textOf(alert, 'scope') === 'Public';
  return [
    ...infos.flatMap((info, i) => infoFaults(info, isPublic, `info ${i + 1}`)),
    ...languageFaults(infos),
  ];
}

function infoFaults(info: Element, isPublic: boolean, path: string): string[] {
  const faults: string[] = [];
  const [headline, description] = [textOf(info, 'headline'), textOf(info, 'description')];
  if ((headline?.length ?? 0) > MOST_HEADLINE)
    faults.push(`${path}/headline: is longer than ${MOST_HEADLINE} characters`);
  if (headline !== undefined && headline === description)
    faults.push(`${path}/description: repeats the headline`);
  const web = textOf(info, 'web');
  if (web !== undefined && !isAbsolute(web)) faults.push(`${path}/web: "${web}" must be an absolute address`);
  const [effective, onset, expires] = (['effective', 'onset', 'expires'] as const).map((field) =>
    Date.parse(textOf(info, field) ?? ''),
  ) as [number, number, number];
  if (effective >= expires) faults.push(`${path}/expires: must be later than effective`);
  if (onset >= expires) faults.push(`${path}/expires: must be later than onset`);
  for (const field of [
    'event',
    'headline',
    'description',
    'instruction',
    'audience',
    'senderName',
    'contact',
  ])
    faults.push(...markupFaults(info, field, `${path}/${field}`));
  for (const resource of all(info, 'resource')) faults.push(...resourceFaults(resource, `${path}/resource`));
  for (const area of all(info, 'area')) faults.push(...areaFaults(area, isPublic, `${path}/area`));
  if (isPublic) {
    for (const field of ['description', 'web', 'expires'])
      if ((textOf(info, field) ?? '') === '') faults.push(`${path}/${field}: a public message must have it`);
    if (all(info, 'area').length === 0) faults.push(`${path}/area: a public message must have one`);
  }
  return faults;
}

const isAbsolute = (uri: string): boolean => /^[A-Za-z][A-Za-z0-9+.-]*:\S+$/.test(uri) && URL.canParse(uri);

const markupFaults = (element: Element, field: string, path: string): string[] =>
  textsOf(element, field).some((text) => /<\/?[A-Za-z][^>]*>|&(?:[a-z]+|#\d+);/.test(text))
    ? [`${path}: must be text without HTML`]
    : [];

function resourceFaults(resource: Element, path: string): string[] {
  const [uri, mime] = [textOf(resource, 'uri'), textOf(resource, 'mimeType') ?? ''];
  const faults = MIME_TYPE.test(mime) ? [] : [`${path}/mimeType: "${mime}" has no registered type`];
  if (uri !== undefined && !isAbsolute(uri) && textOf(resource, 'derefUri') === undefined)
    faults.push(`${path}/uri: a relative address needs derefUri`);
  return faults;
}

function areaFaults(area: Element, isPublic: boolean, path: string): string[] {
  const faults: string[] = [];
  for (const [name, faultOf] of [
    ['polygon', polygonFault],
    ['circle', circleFault],
  ] as const)
    for (const text of textsOf(area, name)) {
      const fault = faultOf(text);
      if (fault !== null) faults.push(`${path}/${name}: ${fault}`);
    }
  const [altitude, ceiling] = [textOf(area, 'altitude'), textOf(area, 'ceiling')];
  if (ceiling !== undefined && altitude === undefined) faults.push(`${path}/ceiling: needs altitude`);
  if (Number(ceiling) <= Number(altitude)) faults.push(`${path}/ceiling: must be above altitude`);
  const located = ['polygon', 'circle', 'geocode'].some((name) => all(area, name).length > 0);
  if (isPublic && !located) faults.push(`${path}: needs a polygon, circle or geocode`);
  return faults;
}

/** In which all infos agree, whatever their language. */
const SAME = ['category', 'eventCode', 'effective', 'onset', 'expires', 'urgency', 'severity', 'certainty'];
/** In which no two may agree. */
const OWN = ['event', 'headline', 'description', 'instruction'];

function languageFaults(infos: readonly Element[]): string[] {
  const faults: string[] = [];
  const languages = infos.map((info) => textOf(info, 'language') ?? 'en-US');
  if (new Set(languages).size < languages.length) faults.push('info: a language is there twice');
  const [first, ...others] = infos;
  if (first === undefined) return faults;
  const texts = (element: Element, name: string) => textsOf(element, name).join(' ').replace(/\s+/g, ' ');
  const places = (info: Element) =>
    all(info, 'area')
      .map((area) => ['polygon', 'circle', 'geocode', 'altitude', 'ceiling'].map((name) => texts(area, name)))
      .join('|');
  for (const other of others) {
    for (const field of SAME)
      if (texts(first, field) !== texts(other, field))
        faults.push(`info/${field}: must be the same in every language`);
    if (places(first) !== places(other)) faults.push('info/area: must be the same in every language');
  }
  for (const field of OWN) {
    const said = infos.map((info) => textOf(info, field) ?? '').filter((text) => text !== '');
    if (new Set(said).size < said.length) faults.push(`info/${field}: repeats itself in another language`);
  }
  return faults;
}
