/**
 * What a node finds around it. In a process of Quantrac that passes a link and a memory (node-red-settings.ts); in any other
 * Node-RED a node `broker` of ours has the link, and Node-RED's own context is the memory.
 */
import type { Link, NodeMemory } from './contract.ts';

interface ContextNode {
  readonly id: string;
  context(): { get(key: string): unknown; set(key: string, value: unknown): void };
}

export interface Embedding {
  readonly settings: {
    readonly quantracLink?: Link;
    readonly quantracMemory?: { of(node: string): NodeMemory };
  };
  readonly nodes: { getNode(id: string): unknown };
}

export function linkOf(
  { settings, nodes }: Embedding,
  config: { readonly broker?: string },
): Link | undefined {
  if (settings.quantracLink) return settings.quantracLink;
  const broker = config.broker ? nodes.getNode(config.broker) : null;
  return (broker as { link?: Link } | null)?.link;
}

export const memoryOf = ({ settings }: Embedding, node: ContextNode): NodeMemory =>
  settings.quantracMemory?.of(node.id) ?? {
    load: () => node.context().get('quantrac'),
    save: (state) => node.context().set('quantrac', state),
  };
