/** What a wall shows, as its address says: `#/wall?panels=map,alerts,air&at=2&every=30`. Pure. */
import type { Query } from '../../route.ts';

export const PANELS = ['map', 'alerts', 'fire', 'air', 'water', 'links', 'chart'] as const;
export type PanelId = (typeof PANELS)[number];

/** How many panels stand beside each other. */
export const AT_ONCE = [1, 2, 4] as const;
export type AtOnce = (typeof AT_ONCE)[number];

export const EVERY_S = [10, 20, 30, 60, 120] as const;
const LEAST_S = 5;
const MOST_S = 3600;
const MOST_NAME = 120;

export interface WallChoice {
  readonly panels: readonly PanelId[];
  readonly at: AtOnce;
  /** Seconds until the next panels; 0: the first ones stay. */
  readonly every: number;
  /** What the head says; empty: the province in which the stations are. */
  readonly name: string;
  /** Whose chart; empty: the first station that has readings. */
  readonly station: string;
  /** Empty: the one that stands for the station. */
  readonly parameter: string;
}

export const USUAL: WallChoice = {
  panels: ['map', 'alerts', 'fire', 'air', 'water', 'links'],
  at: 2,
  every: 30,
  name: '',
  station: '',
  parameter: '',
};

const isPanel = (id: string): id is PanelId => PANELS.some((panel) => panel === id);

/** What an address does not say, or says wrongly, is as usual: a wall has nobody who could mend it. */
export function parseChoice(query: Query): WallChoice {
  const panels = [...new Set((query.panels ?? '').split(',').map((id) => id.trim()))].filter(isPanel);
  return {
    panels: panels.length > 0 ? panels : USUAL.panels,
    at: AT_ONCE.find((count) => String(count) === query.at) ?? USUAL.at,
    every: parseEvery(query.every),
    name: (query.name ?? '').trim().slice(0, MOST_NAME),
    station: query.station ?? '',
    parameter: query.parameter ?? '',
  };
}

function parseEvery(text: string | undefined): number {
  if (text === undefined || !/^\d{1,6}$/.test(text)) return USUAL.every;
  const seconds = Number(text);
  return seconds === 0 ? 0 : Math.min(Math.max(seconds, LEAST_S), MOST_S);
}

/** As `choose` of route.ts takes it: what is empty leaves the address. */
export const toQuery = ({ panels, at, every, name, station, parameter }: WallChoice): Query => ({
  panels: panels.join(','),
  at: String(at),
  every: String(every),
  name,
  station,
  parameter,
});

/** The panels of each turn. */
export function turnsOf({ panels, at }: Pick<WallChoice, 'panels' | 'at'>): PanelId[][] {
  const turns: PanelId[][] = [];
  for (let index = 0; index < panels.length; index += at) turns.push(panels.slice(index, index + at));
  return turns;
}

/** Which turn it is, by the time alone: walls beside each other turn together, and nothing is kept over days. `now` in epoch ms. */
export const turnAt = (turns: number, every: number, now: number): number =>
  every === 0 || turns < 2 ? 0 : Math.floor(now / (every * 1000)) % turns;
