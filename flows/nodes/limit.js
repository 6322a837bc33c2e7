// Node-RED finds a node's .html only beside a .js file: this is the door, the logic is in limit.ts.
import { limitChoices } from './choices.ts';
import { linkOf, memoryOf } from './embedding.ts';
import { startLimit } from './limit.ts';

export default function register(RED) {
  function LimitNode(config) {
    RED.nodes.createNode(this, config);
    startLimit(this, config, linkOf(RED, config), memoryOf(RED, this));
  }
  RED.nodes.registerType('quantrac-limit', LimitNode, {
    settings: { quantracLimitChoices: { value: limitChoices, exportable: true } },
  });
}
