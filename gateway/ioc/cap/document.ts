/** A CAP document as a tree, and whether it is built as the schema asks. Pure. */
import { create } from 'xmlbuilder2';
import { ALERT, type Content, type Field, TIME } from './grammar.ts';
import { CAP_NAMESPACE } from './message.ts';

/** An element with its texts and its elements. */
export interface Element {
  readonly name: string;
  readonly text: string;
  readonly children: readonly Element[];
}

/** The part of the DOM that is read here. */
interface DomNode {
  readonly nodeType: number;
  readonly localName?: string;
  readonly namespaceURI?: string | null;
  readonly textContent: string | null;
  readonly childNodes: Iterable<DomNode>;
}
const ELEMENT_NODE = 1;

const elementOf = (node: DomNode): Element => ({
  name: node.localName ?? '',
  text: node.textContent ?? '',
  children: [...node.childNodes].filter(({ nodeType }) => nodeType === ELEMENT_NODE).map(elementOf),
});

/** Throws a sentence when it is no XML, or its root no alert of CAP 1.2. */
export function readCap(xml: string): Element {
  let root: DomNode;
  try {
    root = create(xml).root().node as unknown as DomNode;
  } catch (error) {
    throw new Error(`this is no XML: ${error instanceof Error ? error.message : error}`);
  }
  if (root.localName !== 'alert' || root.namespaceURI !== CAP_NAMESPACE)
    throw new Error(`the root must be alert in ${CAP_NAMESPACE}`);
  return elementOf(root);
}

export const all = (element: Element, name: string): Element[] =>
  element.children.filter((child) => child.name === name);
export const textsOf = (element: Element, name: string): string[] =>
  all(element, name).map(({ text }) => text.trim());
export const textOf = (element: Element, name: string): string | undefined => textsOf(element, name)[0];

/** What the schema would say, each fault with its place. */
export const structureFaults = (alert: Element): string[] => faultsOf(alert, ALERT, 'alert');

function faultsOf(element: Element, content: Content, path: string): string[] {
  if (typeof content === 'string') return valueFaults(element.text, content, path);
  if (isFields(content)) return sequenceFaults(element, content, path);
  return content.includes(element.text)
    ? []
    : [`${path}: "${element.text}" is none of ${content.join(', ')}`];
}

const isFields = (content: readonly string[] | readonly Field[]): content is readonly Field[] =>
  typeof content[0] !== 'string';

function valueFaults(text: string, kind: string, path: string): string[] {
  switch (kind) {
    case 'time':
      return TIME.test(text) && Number.isFinite(Date.parse(text))
        ? []
        : [`${path}: "${text}" must be a time like 2026-03-05T13:15:00+07:00, without Z and fractions`];
    case 'number':
      return /^\s*[-+]?(\d+(\.\d*)?|\.\d+)\s*$/.test(text) ? [] : [`${path}: "${text}" is no number`];
    case 'integer':
      return /^\s*[-+]?\d+\s*$/.test(text) ? [] : [`${path}: "${text}" is no whole number`];
    default:
      return [];
  }
}

function sequenceFaults(element: Element, fields: readonly Field[], path: string): string[] {
  const order = fields.map(([name]) => name.replace(/[?*+]$/, ''));
  const faults: string[] = [];
  let reached = 0;
  for (const child of element.children) {
    const place = order.indexOf(child.name);
    const field = fields[place];
    if (field === undefined) {
      faults.push(`${path}: ${child.name} has no place here`);
      continue;
    }
    if (place < reached) faults.push(`${path}: ${child.name} stands after ${order[reached]}`);
    reached = Math.max(reached, place);
    faults.push(...faultsOf(child, field[1], `${path}/${child.name}`));
  }
  for (const [place, [name]] of fields.entries()) {
    const many = element.children.filter((child) => child.name === order[place]).length;
    if (many === 0 && !/[?*]$/.test(name)) faults.push(`${path}: ${order[place]} is missing`);
    if (many > 1 && !/[*+]$/.test(name)) faults.push(`${path}: ${order[place]} is there ${many} times`);
  }
  return faults;
}
