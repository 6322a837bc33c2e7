/**
 * What a YAML text that comes over a wire must keep to. Within these bounds parsing takes time in proportion to its length; the
 * parser alone would compare each key with all before it, nest until the stack is full, and go back over long runs of blanks.
 */
import { CST, isMap, isScalar, isSeq, Lexer } from 'yaml';

/** At this offset of the text. */
export interface YamlFault {
  readonly offset: number;
  readonly message: string;
}

/** Marks, words, blanks and line ends: some thousand instruments have as many. */
export const MOST_LEXEMES = 60_000;
export const MOST_DEPTH = 30;
/** An indent of depth 30 is far from it. The parser's pattern for lines of a text goes back over each blank. */
const MOST_BLANKS = 100;
const BLANKS = new RegExp(`[ \\t]{${MOST_BLANKS + 1}}`);

const REFUSED: Readonly<Partial<Record<CST.TokenType, string>>> = {
  anchor: 'anchors are not taken',
  alias: 'aliases are not taken',
  tag: 'tags are not taken',
  'directive-line': 'directives are not taken',
};

/** Of the text before it is parsed, as far as it must be read for that. */
export function textFault(text: string): YamlFault | null {
  const blanks = text.search(BLANKS);
  if (blanks >= 0)
    return { offset: blanks, message: `more than ${MOST_BLANKS} blanks in a row are not taken` };
  let [offset, lexemes, open, inLine] = [0, 0, 0, 0];
  let word = false;
  for (const lexeme of new Lexer().lex(text)) {
    lexemes += 1;
    // What follows this mark is a text, whatever it looks like.
    const type: CST.TokenType | null = word ? null : CST.tokenType(lexeme);
    word = type === 'scalar';
    const refused = type && REFUSED[type];
    if (refused) return { offset, message: refused };
    if (type === 'flow-map-start' || type === 'flow-seq-start') open += 1;
    if (type === 'flow-map-end' || type === 'flow-seq-end') open = Math.max(0, open - 1);
    if (type === 'newline') inLine = 0;
    // In brackets these marks open nothing; outside of them the indent bounds what comes of several lines.
    if (open === 0 && type !== null && OPENING.has(type)) inLine += 1;
    if (open > MOST_DEPTH || inLine > MOST_DEPTH) return { offset, message: TOO_DEEP };
    if (lexemes > MOST_LEXEMES)
      return { offset, message: `more than ${MOST_LEXEMES} words and marks are not taken` };
    if (!CONTROL.has(lexeme)) offset += lexeme.length;
  }
  return null;
}

const OPENING: ReadonlySet<CST.TokenType> = new Set(['seq-item-ind', 'explicit-key-ind', 'map-value-ind']);
const TOO_DEEP = `more than ${MOST_DEPTH} levels are not taken`;
/** Stand for no character of the text. */
const CONTROL: ReadonlySet<string> = new Set([CST.DOCUMENT, CST.FLOW_END, CST.SCALAR]);

/** Keys that come twice, by the names they have in an object; with `foreign` also what JSON cannot say and what is too deep. */
export function nodeFault(contents: unknown, foreign: boolean): YamlFault | null {
  const waiting: [node: unknown, depth: number][] = [[contents, 1]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [node, depth] = next;
    if (foreign && depth > MOST_DEPTH) return { offset: offsetOf(node), message: TOO_DEEP };
    if (foreign && isScalar(node) && typeof node.value === 'number' && !Number.isFinite(node.value))
      return { offset: offsetOf(node), message: 'a number must be finite' };
    if (isSeq(node)) for (const item of node.items.toReversed()) waiting.push([item, depth + 1]);
    if (!isMap(node)) continue;
    const keys = new Set<string>();
    for (const { key } of node.items) {
      if (!isScalar(key)) return { offset: offsetOf(key), message: 'a key must be a plain word' };
      const name = String(key.value ?? '');
      if (keys.has(name)) return { offset: offsetOf(key), message: 'Map keys must be unique' };
      keys.add(name);
    }
    for (const { value } of node.items.toReversed()) waiting.push([value, depth + 1]);
  }
  return null;
}

const offsetOf = (node: unknown): number => (node as { range?: readonly number[] } | null)?.range?.[0] ?? 0;
