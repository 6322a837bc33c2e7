/** Air and water: the indices now and by day, what exceeded the standard, and the report of a month. */
import { language, t } from '../../i18n.ts';
import { AreaChoice } from '../../parts/area-choice.tsx';
import { Page } from '../../parts/page.tsx';
import { WrongLink } from '../../parts/shown.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { hrefOf } from '../../route.ts';
import { stations } from '../../state.ts';
import type { ViewProps } from '../views.ts';
import { Exceedances } from './exceedances.tsx';
import { IndexList } from './index-list.tsx';
import { AIR, mediumOf } from './medium.ts';
import { Report } from './report.tsx';
import { StationIndex } from './station-index.tsx';
import './air-water.css';

const PARTS = ['air', 'water', 'exceedances', 'report'] as const;
type Part = (typeof PARTS)[number];

export default function AirWater({ path, query }: ViewProps) {
  const [first = AIR.id, id, ...more] = path;
  const part = PARTS.find((one) => one === first);
  const medium = mediumOf(first);
  const known = part !== undefined && more.length === 0 && (id === undefined || medium !== null);
  const tabs = PARTS.map((one) => ({
    href: hrefOf('air-water', one === 'air' ? [] : [one], { area: query.area ?? '' }),
    name: t(`air-water.tab.${one}`),
    current: one === part,
  }));
  return (
    <Page title={t('nav.air-water')} tools={part !== 'report' && id === undefined && <AreaChoice />}>
      <Tabs label={t('nav.air-water')} tabs={tabs} />
      {known && part ? <Shown part={part} id={id} query={query} /> : <WrongLink />}
    </Page>
  );
}

function Shown({ part, id, query }: { part: Part; id: string | undefined; query: ViewProps['query'] }) {
  // Names and numbers are put in their order anew.
  language.value;
  if (part === 'exceedances') return <Exceedances query={query} />;
  if (part === 'report') return <Report query={query} />;
  const medium = mediumOf(part) ?? AIR;
  if (id === undefined) return <IndexList key={part} medium={medium} />;
  const station = stations.value.get(id);
  if (station === undefined || station.kind !== medium.id) return <WrongLink />;
  return <StationIndex key={id} medium={medium} station={station} query={query} />;
}
