// Node-RED finds a node's .html only beside a .js file: this is the door, the logic is in broker.ts.
import { startBroker } from './broker.ts';

export default function register(RED) {
  function BrokerNode(config) {
    RED.nodes.createNode(this, config);
    this.link = startBroker(this, config, RED.settings.quantracLink);
  }
  RED.nodes.registerType('quantrac-broker', BrokerNode, {
    credentials: { username: { type: 'text' }, password: { type: 'password' } },
    // Where a process of Quantrac has passed a link, no node needs another.
    settings: { quantracBrokerNeeded: { value: RED.settings.quantracLink === undefined, exportable: true } },
  });
}
