/**
 * Who is at work: carried beside the call instead of through every function's arguments, so that a change deep in the
 * domain can be written into the audit log under the name of whoever asked for it.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

export interface Actor {
  /** a user's or token's name, an operating system user's on the command line, or `gateway` */
  readonly name: string;
  /** a remote address, `command line`, a channel's name (`sms`, `link`), or `gateway` */
  readonly from: string;
}

const GATEWAY: Actor = { name: 'gateway', from: 'gateway' };
const current = new AsyncLocalStorage<Actor>();

/** Whoever the work now running is done for; the gateway itself where nobody asked. */
export function actor(): Actor {
  return current.getStore() ?? GATEWAY;
}

/** Runs `work`, and everything it awaits, in `who`'s name. Answers what `work` answers. */
export function withActor<T>(who: Actor, work: () => T): T {
  return current.run(who, work);
}
