/** Node `broker`: the link to the central broker in a Node-RED that is not started by Quantrac. */
import { z } from 'zod';
import { sentenceOf } from '../../devices/rules/sentence.ts';
import { openLink } from '../link.ts';
import type { FlowNode, Link } from './contract.ts';

const brokerSchema = z.object({
  url: z.url({ protocol: /^mqtts?$/, error: 'must be an mqtt:// or mqtts:// address' }),
  username: z.string().min(1, 'username is missing').max(63),
  password: z.string().min(1, 'password is missing').max(200),
});

interface BrokerNode extends FlowNode {
  readonly credentials?: { readonly username?: string; readonly password?: string };
  log(text: string): void;
  warn(text: string): void;
  error(text: string): void;
}

/** undefined: the one that is given is used by all nodes, or the settings are wrong, which the node says. */
export function startBroker(
  node: BrokerNode,
  config: { readonly url?: string },
  given: Link | undefined,
): Link | undefined {
  if (given) return undefined;
  const result = brokerSchema.safeParse({ username: '', password: '', ...node.credentials, url: config.url });
  if (!result.success) {
    node.error(`broker of Quantrac: ${sentenceOf(result.error)}`);
    return undefined;
  }
  const link = openLink({ ...result.data, log: logOf(node), now: Date.now, heartbeatMs: null });
  node.on('close', () => link.stop());
  return link;
}

const logOf = (node: BrokerNode) => ({
  info: (text: string) => node.log(text),
  warn: (context: object, text: string) => node.warn(withContext(context, text)),
  error: (context: object, text: string) => node.error(withContext(context, text)),
});

function withContext(context: object, text: string): string {
  const words = Object.entries(context)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => (value instanceof Error ? value.message : `${name}: ${value}`));
  return words.length === 0 ? text : `${text} (${words.join(', ')})`;
}
