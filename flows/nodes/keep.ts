/** Keeps what a node knows, so that a restart neither repeats an alarm nor forgets one. */
import type { z } from 'zod';
import type { FlowNode, Link, NodeMemory } from './contract.ts';

/** How often it is saved while it changes; a kill takes what was known since. */
const SAVE_EVERY_MS = 5000;
/** For an alarm to get from this node to the link, where it is counted as waiting until the gateway has it. */
const ON_ITS_WAY_MS = 250;

export interface Keeping<S> {
  readonly node: FlowNode;
  readonly memory: NodeMemory;
  readonly link: Pick<Link, 'waiting'> | undefined;
  /** What the node was told to do: what was known under another rule does not count. */
  readonly rule: unknown;
  readonly schema: z.ZodType<S>;
  /** What is known, as plain JSON that nobody changes afterwards. */
  readonly state: () => S;
  readonly restore: (state: S) => void;
}

/**
 * Restores, then saves every few seconds and at the end. Saved is only what was known when every alarm of it was
 * acknowledged: what is decided and not told yet is decided again. Answers what to call on each change; `told` when an alarm
 * was sent.
 */
export function keepState<S>({ node, memory, link, rule, schema, state, restore }: Keeping<S>) {
  const ruleText = JSON.stringify(rule);
  const saved = memory.load() as { rule?: string; state?: unknown } | undefined;
  const known = saved?.rule === ruleText ? schema.safeParse(saved.state) : undefined;
  if (known?.success) restore(known.data);

  let changed = false;
  let toldAt = 0;
  let saving: NodeJS.Timeout | undefined;
  const save = (snapshot: S): void => {
    if (link !== undefined && link.waiting > 0) changed = true;
    else memory.save({ rule: ruleText, state: snapshot });
  };
  const timer = setInterval(() => {
    if (!changed) return;
    changed = false;
    const snapshot = state();
    saving = setTimeout(() => save(snapshot), ON_ITS_WAY_MS);
  }, SAVE_EVERY_MS);
  node.on('close', () => {
    clearInterval(timer);
    clearTimeout(saving);
    if (Date.now() - toldAt >= ON_ITS_WAY_MS) save(state());
  });
  return (told: boolean): void => {
    changed = true;
    if (told) toldAt = Date.now();
  };
}
