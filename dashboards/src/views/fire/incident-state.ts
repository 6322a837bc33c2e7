/** How an incident's posts are now. Pure. */
import type { AlertAnswer } from '../../../../devices/wire/api.ts';

const WORST_FIRST = ['critical', 'warning', 'notice'] as const;

/** The worst level of what is still open; null: all is over. */
export function worstOpen(alerts: readonly AlertAnswer[]): AlertAnswer['level'] | null {
  const open = alerts.filter(({ state }) => state !== 'cleared');
  return WORST_FIRST.find((level) => open.some((alert) => alert.level === level)) ?? null;
}
