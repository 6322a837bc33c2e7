// Node-RED finds a node's .html only beside a .js file: this is the door, the logic is in alarm.ts.

import { startAlarm } from './alarm.ts';
import { linkOf } from './embedding.ts';

export default function register(RED) {
  function AlarmNode(config) {
    RED.nodes.createNode(this, config);
    startAlarm(this, linkOf(RED, config));
  }
  RED.nodes.registerType('quantrac-alarm', AlarmNode);
}
