/** Messages that come into a node of ours, without those that go in a circle. */
import { Recent } from '../../devices/rules/recent.ts';
import type { Done, FlowNode, Message } from './contract.ts';

/** So often one message about one thing comes into one node only where wires go in a circle. */
const MOST_PASSES = 1000;
/** Messages of which is counted how often they came. */
const MOST_MESSAGES = 1000;
/** How often a circle is told. */
const TELL_EVERY_MS = 60_000;

const SENTENCE = `a message came into this node more than ${MOST_PASSES} times: wires go in a circle, and it was stopped here`;

/** Copies of a message have its id, however often they are sent on. */
function thingOf({ _msgid, payload }: Message): string | null {
  if (_msgid === undefined) return null;
  const { station, parameter, limit } = (payload ?? {}) as Record<string, unknown>;
  return `${_msgid} ${station}/${parameter}/${limit}`;
}

export function onInput(
  node: FlowNode,
  handle: (message: Message, send: (message: Message) => void, done: Done) => void,
): void {
  const passes = new Recent<number>(MOST_MESSAGES);
  let toldAt = Number.NEGATIVE_INFINITY;
  node.on('input', (message, send, done) => {
    const thing = thingOf(message);
    if (thing === null) return handle(message, send, done);
    const count = (passes.get(thing) ?? 0) + 1;
    passes.put(thing, count);
    if (count <= MOST_PASSES) return handle(message, send, done);
    node.status({ fill: 'red', shape: 'ring', text: 'status.circle' });
    if (Date.now() - toldAt < TELL_EVERY_MS) return done();
    toldAt = Date.now();
    done(new Error(SENTENCE));
  });
}
