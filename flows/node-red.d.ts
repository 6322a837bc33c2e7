/** The part of Node-RED's embedding interface that we use; the package ships no types. */
declare module 'node-red' {
  import type { EventEmitter } from 'node:events';
  import type { IncomingMessage, Server, ServerResponse } from 'node:http';

  interface NodeRed {
    init(server: Server, settings: object): void;
    start(): Promise<void>;
    stop(): Promise<void>;
    readonly events: EventEmitter;
    /** The editor and its API. */
    readonly httpAdmin: (request: IncomingMessage, response: ServerResponse) => void;
  }

  const RED: NodeRed;
  export default RED;
}
