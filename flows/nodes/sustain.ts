/** Node `sustain`: an alarm passes when it has lasted, by the time of its readings. */
import type { ParameterId } from '../../devices/parameter.ts';
import { readSustain } from '../../devices/rules/node-config.ts';
import { SustainSteps, sustainStateSchema } from '../../devices/rules/sustain.ts';
import type { Alarm, Live } from '../../devices/wire/messages.ts';
import { readAlarm } from './alarm.ts';
import { type FlowNode, type Link, NO_LINK, type NodeMemory, topicOf } from './contract.ts';
import { onInput } from './input.ts';
import { keepState } from './keep.ts';

/** The alarm that a reading makes comes here over other nodes: it must be here before its reading moves the clock. */
const SETTLE_MS = 200;
/** Live messages that wait for it; more are left out, and the clock stands a little. */
const MOST_WAITING = 20_000;

export function startSustain(
  node: FlowNode,
  config: Readonly<Record<string, unknown>>,
  link: Pick<Link, 'onLive' | 'waiting'> | undefined,
  memory: NodeMemory,
): void {
  const rule = readSustain(config);
  if (typeof rule === 'string' || !link) {
    node.status(typeof rule === 'string' ? { fill: 'red', shape: 'ring', text: rule } : NO_LINK);
    return;
  }
  const steps = new SustainSteps(rule);
  const changed = keepState({
    node,
    memory,
    link,
    rule,
    schema: sustainStateSchema,
    state: () => steps.state(),
    restore: (state) => steps.restore(state),
  });
  let shown = '';
  const show = (): void => {
    const text = `▲ ${steps.raised} / ${steps.conditions}`;
    if (text !== shown) node.status({ fill: steps.raised > 0 ? 'red' : 'green', shape: 'dot', text });
    shown = text;
  };
  const tell = (alarm: Alarm): void => node.send({ topic: topicOf(alarm), payload: alarm });

  onInput(node, (message, send, done) => {
    const alarm = readAlarm(message.payload);
    if (typeof alarm === 'string') return done(new Error(alarm));
    const passed = steps.step(alarm);
    if (passed) send({ ...message, topic: topicOf(passed), payload: passed });
    changed(passed !== null);
    show();
    done();
  });

  let waiting: Live[] = [];
  let settling: NodeJS.Timeout | undefined;
  const settle = (): void => {
    settling = undefined;
    const ready = waiting;
    waiting = [];
    for (const { station, readings } of ready) {
      if (!steps.isClock(station)) continue;
      for (const { parameter, at, value, flag } of readings) {
        const passed = steps.tick({ station, parameter: parameter as ParameterId, at, value, flag });
        passed.forEach(tell);
        if (passed.length > 0) changed(true);
      }
    }
    changed(false);
    show();
  };
  const endLive = link.onLive((live) => {
    if (waiting.length >= MOST_WAITING) return;
    waiting.push(live);
    settling ??= setTimeout(settle, SETTLE_MS);
  });
  node.on('close', () => {
    endLive();
    clearTimeout(settling);
  });
  show();
}
