/** Node `alarm`: an alarm in, and over the link to the gateway it goes. */

import { sentenceOf } from '../../devices/rules/sentence.ts';
import { type Alarm, alarmSchema } from '../../devices/wire/messages.ts';
import type { FlowNode, Link, NodeStatus } from './contract.ts';
import { NO_LINK } from './contract.ts';
import { ALARMS_A_SECOND, holdFlood } from './flood.ts';
import { onInput } from './input.ts';

/** The alarm, or the sentence that says why it is none. */
export function readAlarm(payload: unknown): Alarm | string {
  const result = alarmSchema.safeParse(payload);
  return result.success ? result.data : sentenceOf(result.error);
}

/** `flooded`: alarms that wait because more come than may pass. */
export function alarmStatus(link: Link, sent: number, flooded: number): NodeStatus {
  if (flooded > 0) return { fill: 'red', shape: 'dot', text: 'status.flood' };
  if (!link.connected && link.waiting > 0) return { fill: 'red', shape: 'ring', text: `⏳ ${link.waiting}` };
  if (!link.connected) return { fill: 'yellow', shape: 'ring', text: 'status.away' };
  return { fill: 'green', shape: 'dot', text: `${sent}` };
}

export function startAlarm(node: FlowNode, link: Link | undefined): void {
  if (!link) {
    node.status(NO_LINK);
    // Without a link an alarm must not vanish unsaid.
    node.on('input', (_message, _send, done) => done(new Error('no link to the broker of Quantrac')));
    return;
  }
  let sent = 0;
  let shown = '';
  const show = (): void => {
    const status = alarmStatus(link, sent, flood.waiting);
    if (status.fill + status.text === shown) return;
    shown = status.fill + status.text;
    node.status(status);
  };
  const flood = holdFlood((alarm) => {
    sent += 1;
    link.send(alarm);
  }, show);
  onInput(node, (message, _send, done) => {
    const alarm = readAlarm(message.payload);
    if (typeof alarm === 'string') {
      shown = '';
      node.status({ fill: 'red', shape: 'dot', text: alarm });
      return done(new Error(alarm));
    }
    const flooded = flood.waiting > 0;
    const passed = flood.give(alarm);
    show();
    // Said at its beginning, not once an alarm.
    done(passed || flooded ? undefined : new Error(FLOOD));
  });
  node.on('close', link.onChange(show));
  node.on('close', flood.end);
  show();
}

const FLOOD = `more than ${ALARMS_A_SECOND} alarms a second: they wait, and only the newest of each condition is sent`;
