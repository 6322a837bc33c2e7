// Node-RED finds a node's .html only beside a .js file: this is the door, the logic is in combine.ts.
import { combineChoices } from './choices.ts';
import { startCombine } from './combine.ts';
import { linkOf, memoryOf } from './embedding.ts';

export default function register(RED) {
  function CombineNode(config) {
    RED.nodes.createNode(this, config);
    startCombine(this, config, linkOf(RED, config), memoryOf(RED, this));
  }
  RED.nodes.registerType('quantrac-combine', CombineNode, {
    settings: { quantracCombineChoices: { value: combineChoices, exportable: true } },
  });
}
