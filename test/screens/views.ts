/** Every view of the screens, as somebody who may see it opens it. */
import type { UserName } from './field-gateway.ts';

export interface Shown {
  readonly name: string;
  /** After `#/`. */
  readonly path: string;
  readonly user: UserName;
  /** It has to be there before the view is looked at. */
  readonly ready: string;
}

export const SHOWN: readonly Shown[] = [
  { name: 'overview', path: 'overview', user: 'operator', ready: '.pin, .leaflet-marker-icon' },
  { name: 'station', path: 'station/kk-cau-rong', user: 'operator', ready: '.page .value:visible' },
  { name: 'station-quality', path: 'station/kk-cau-rong/books', user: 'operator', ready: '.books-head h3' },
  { name: 'air', path: 'air-water', user: 'operator', ready: '.page .card, .page article' },
  { name: 'report', path: 'air-water/report', user: 'operator', ready: '.page select' },
  {
    name: 'exceedances',
    path: 'air-water/exceedances',
    user: 'operator',
    ready: '.aw-exceedances, .page .notice',
  },
  { name: 'fire', path: 'fire', user: 'ranger', ready: '.sign:visible' },
  { name: 'traffic', path: 'traffic', user: 'operator', ready: '.page h3' },
  { name: 'alerts', path: 'alerts', user: 'operator', ready: 'article.alert' },
  { name: 'limits', path: 'limits', user: 'operator', ready: '.page a[href*="limits/"]' },
  { name: 'limit', path: 'limits/kk-cau-rong', user: 'operator', ready: '.page .card:visible' },
  { name: 'fleet', path: 'fleet', user: 'technician', ready: '.page a[href*="fleet/"]' },
  { name: 'users', path: 'users', user: 'admin', ready: '.page a[href*="users/"]' },
  { name: 'profile', path: 'profile', user: 'viewer', ready: '.page h3' },
];
