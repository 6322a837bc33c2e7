/** Node `combine`: several alarms that say something together become one of their own. */
import { CombineSteps, combineStateSchema } from '../../devices/rules/combine.ts';
import { readCombine } from '../../devices/rules/node-config.ts';
import type { Alarm } from '../../devices/wire/messages.ts';
import { readAlarm } from './alarm.ts';
import { type FlowNode, type Link, type NodeMemory, topicOf } from './contract.ts';
import { onInput } from './input.ts';
import { keepState } from './keep.ts';

/** How exactly it is timed that an alarm which has cleared counts no more. */
const TICK_MS = 1000;

export function startCombine(
  node: FlowNode,
  config: Readonly<Record<string, unknown>>,
  link: Pick<Link, 'placeOf' | 'waiting'> | undefined,
  memory: NodeMemory,
): void {
  const rule = readCombine(config);
  if (typeof rule === 'string') {
    node.status({ fill: 'red', shape: 'ring', text: rule });
    return;
  }
  const steps = new CombineSteps(rule);
  const changed = keepState({
    node,
    memory,
    link,
    rule,
    schema: combineStateSchema,
    state: () => steps.state(),
    restore: (state) => steps.restore(state),
  });
  const show = (): void =>
    node.status({ fill: steps.raised > 0 ? 'red' : 'green', shape: 'dot', text: `▲ ${steps.raised}` });
  const tell = (alarms: readonly Alarm[], send: (alarm: Alarm) => void): void => {
    for (const alarm of alarms) send(alarm);
    changed(alarms.length > 0);
    if (alarms.length > 0) show();
  };

  onInput(node, (message, send, done) => {
    const alarm = readAlarm(message.payload);
    if (typeof alarm === 'string') return done(new Error(alarm));
    const place = link?.placeOf(alarm.station) ?? null;
    tell(steps.step(alarm, place), (composed) =>
      send({ ...message, topic: topicOf(composed), payload: composed }),
    );
    const placeless = rule.within_m > 0 && place === null;
    done(
      placeless ? new Error(`it is not known where ${alarm.station} is: it counts for itself`) : undefined,
    );
  });
  const ticking = setInterval(() => {
    const alarms = steps.tick(Date.now());
    if (alarms.length > 0) tell(alarms, (alarm) => node.send({ topic: topicOf(alarm), payload: alarm }));
  }, TICK_MS);
  node.on('close', () => clearInterval(ticking));
  show();
}
