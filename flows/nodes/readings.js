// Node-RED finds a node's .html only beside a .js file: this is the door, the logic is in readings.ts.
import { readingsChoices } from './choices.ts';
import { linkOf } from './embedding.ts';
import { startReadings } from './readings.ts';

export default function register(RED) {
  function ReadingsNode(config) {
    RED.nodes.createNode(this, config);
    startReadings(this, config, linkOf(RED, config));
  }
  RED.nodes.registerType('quantrac-readings', ReadingsNode, {
    settings: { quantracReadingsChoices: { value: readingsChoices, exportable: true } },
  });
}
