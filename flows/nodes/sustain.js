// Node-RED finds a node's .html only beside a .js file: this is the door, the logic is in sustain.ts.
import { sustainChoices } from './choices.ts';
import { linkOf, memoryOf } from './embedding.ts';
import { startSustain } from './sustain.ts';

export default function register(RED) {
  function SustainNode(config) {
    RED.nodes.createNode(this, config);
    startSustain(this, config, linkOf(RED, config), memoryOf(RED, this));
  }
  RED.nodes.registerType('quantrac-sustain', SustainNode, {
    settings: { quantracSustainChoices: { value: sustainChoices, exportable: true } },
  });
}
