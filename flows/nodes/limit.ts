/** Node `limit`: steps one limit with the readings of any number of stations, and says when it is crossed. */
import type { Limit } from '../../devices/limit.ts';
import { LimitSteps, limitStatesSchema } from '../../devices/rules/limit-steps.ts';
import { operatorsOwn, readLimit } from '../../devices/rules/node-config.ts';
import { type FlowNode, type Link, type NodeMemory, type NodeStatus, topicOf } from './contract.ts';
import { onInput } from './input.ts';
import { keepState } from './keep.ts';

/** How exactly a silence is timed. */
const TICK_MS = 1000;

/** How many stations it watches, and at how many of them the limit is raised. */
export const limitStatus = (steps: LimitSteps): NodeStatus =>
  steps.raised > 0
    ? { fill: 'red', shape: 'dot', text: `▲ ${steps.raised} / ${steps.stations}` }
    : { fill: 'green', shape: 'dot', text: `▲ 0 / ${steps.stations}` };

/**
 * Its own values, or with `centre` those that an operator has set for this limit at the station of the reading. A limit
 * that is of another kind there is not ours.
 */
function limitsOf(own: Limit, centre: boolean, link: Pick<Link, 'limitsOf'> | undefined) {
  if (!centre || link === undefined) return () => own;
  return (station: string): Limit => operatorsOwn(own, link.limitsOf(station));
}

/** Without a link (a Node-RED of its own) readings are believed to come always. */
export function startLimit(
  node: FlowNode,
  config: Readonly<Record<string, unknown>>,
  link: Pick<Link, 'connected' | 'limitsOf' | 'waiting'> | undefined,
  memory: NodeMemory,
): void {
  const limit = readLimit(config);
  if (typeof limit === 'string') {
    node.status({ fill: 'red', shape: 'ring', text: limit });
    return;
  }
  const centre = config.centre === true;
  const steps = new LimitSteps(limit, limitsOf(limit, centre, link));
  const changed = keepState({
    node,
    memory,
    link,
    rule: limit,
    schema: limitStatesSchema,
    state: () => steps.states(),
    restore: (states) => steps.restore(states),
  });
  let shown = '';
  const show = (): void => {
    const status = limitStatus(steps);
    if (status.text === shown) return;
    shown = status.text;
    node.status(status);
  };
  onInput(node, (message, send, done) => {
    const outcome = steps.step(message.payload);
    if (outcome.kind === 'malformed') return done(new Error(outcome.fault));
    if (outcome.kind === 'alarm') send({ ...message, topic: topicOf(outcome.alarm), payload: outcome.alarm });
    changed(outcome.kind === 'alarm');
    show();
    done();
  });
  if (limit.kind === 'stale') {
    const ticking = setInterval(() => {
      // While the link is away nothing comes from anywhere: that is no silence of the stations.
      if (link?.connected === false) return;
      const alarms = steps.tick(Date.now());
      for (const alarm of alarms) node.send({ topic: topicOf(alarm), payload: alarm });
      changed(alarms.length > 0);
      if (steps.stations > 0) show();
    }, TICK_MS);
    node.on('close', () => clearInterval(ticking));
  }
  if (steps.stations > 0) show();
  else node.status({ fill: 'grey', shape: 'ring', text: 'status.waiting' });
}
