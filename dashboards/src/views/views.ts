/** The views: who may open them, and their code, which comes when they are opened. */
import type { FunctionComponent } from 'preact';
import type { Role } from '../../../devices/wire/api.ts';
import { language } from '../i18n.ts';
import type { IconName } from '../parts/icon.tsx';
import type { Query, ViewId } from '../route.ts';
import { loadTexts } from '../texts/texts.ts';

export interface ViewProps {
  /** What follows the view's name in the address. */
  readonly path: readonly string[];
  readonly query: Query;
}

export interface View {
  readonly id: ViewId;
  readonly icon: IconName;
  /** The least role; the gateway has the last word. */
  readonly role: Role;
  /** `nav`: has its place in the navigation; `wide`: without the frame around it. */
  readonly place: 'nav' | 'elsewhere' | 'wide';
  readonly load: () => Promise<{ default: FunctionComponent<ViewProps> }>;
}

export const VIEWS: readonly View[] = [
  {
    id: 'overview',
    icon: 'map',
    role: 'viewer',
    place: 'nav',
    load: () => import('./overview/overview.tsx'),
  },
  { id: 'alerts', icon: 'bell', role: 'viewer', place: 'nav', load: () => import('./alerts/alerts.tsx') },
  { id: 'fire', icon: 'fire', role: 'viewer', place: 'nav', load: () => import('./fire/fire.tsx') },
  {
    id: 'air-water',
    icon: 'air',
    role: 'viewer',
    place: 'nav',
    load: () => import('./air-water/air-water.tsx'),
  },
  {
    id: 'traffic',
    icon: 'traffic',
    role: 'viewer',
    place: 'nav',
    load: () => import('./traffic/traffic.tsx'),
  },
  { id: 'limits', icon: 'limits', role: 'viewer', place: 'nav', load: () => import('./limits/limits.tsx') },
  { id: 'fleet', icon: 'fleet', role: 'technician', place: 'nav', load: () => import('./fleet/fleet.tsx') },
  { id: 'users', icon: 'people', role: 'admin', place: 'nav', load: () => import('./users/users.tsx') },
  { id: 'wall', icon: 'wall', role: 'viewer', place: 'wide', load: () => import('./wall/wall.tsx') },
  {
    id: 'station',
    icon: 'map',
    role: 'viewer',
    place: 'elsewhere',
    load: () => import('./station/station.tsx'),
  },
  {
    id: 'profile',
    icon: 'person',
    role: 'viewer',
    place: 'elsewhere',
    load: () => import('./profile/profile.tsx'),
  },
];

/** Views whose texts are there from the start. */
const FIRST: readonly ViewId[] = ['overview', 'alerts', 'station'];

/** The code of a view with its texts. */
export async function loadView({ id, load }: View): ReturnType<View['load']> {
  const texts = FIRST.includes(id) ? null : loadTexts(language.value, 'more');
  const [code] = await Promise.all([load(), texts]);
  return code;
}

export const viewOf = (id: ViewId): View => {
  const view = VIEWS.find((one) => one.id === id);
  if (!view) throw new Error(`no view ${id}`);
  return view;
};
