/** The fleet: edges, what was refused, where the feed goes, who is told; of one edge `#/fleet/<name>?part=config`. */
import { t } from '../../i18n.ts';
import { Page } from '../../parts/page.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { reaches } from '../../rights.ts';
import { hrefOf } from '../../route.ts';
import { access } from '../../state.ts';
import type { ViewProps } from '../views.ts';
import { Certificates } from './certificates.tsx';
import { Destinations } from './destinations.tsx';
import { EdgeView } from './edge.tsx';
import { Edges } from './edges.tsx';
import { People } from './people.tsx';
import { QuarantineList } from './quarantine.tsx';
import { Rollouts } from './rollouts.tsx';
import '../../style/rows.css';
import './fleet.css';
import './config.css';
import './commands.css';
import './delivery.css';

const TABS = ['edges', 'rollouts', 'certificates', 'quarantine', 'destinations', 'people'] as const;
type Tab = (typeof TABS)[number];

/** Of the others a technician is the least. A link that leads there says why it shows nothing. */
const ADMINS: readonly Tab[] = ['rollouts', 'people'];

export default function FleetView({ path, query }: ViewProps) {
  const [name] = path;
  if (name !== undefined) return <EdgeView key={name} name={name} part={query.part ?? ''} query={query} />;
  const tab = TABS.find((one) => one === query.tab) ?? 'edges';
  const role = access.value.kind === 'in' ? access.value.session.role : 'viewer';
  const seen = TABS.filter((one) => !ADMINS.includes(one) || reaches(role, 'admin'));
  return (
    <Page title={t('nav.fleet')}>
      <Tabs
        label={t('fleet.tabs')}
        tabs={seen.map((one) => ({
          href: hrefOf('fleet', [], { tab: one === 'edges' ? '' : one }),
          name: t(`fleet.tab.${one}`),
          current: one === tab,
        }))}
      />
      <Part tab={tab} query={query} />
    </Page>
  );
}

function Part({ tab, query }: { tab: Tab; query: ViewProps['query'] }) {
  switch (tab) {
    case 'edges':
      return <Edges search={query.search ?? ''} />;
    case 'rollouts':
      return <Rollouts />;
    case 'certificates':
      return <Certificates />;
    case 'quarantine':
      return <QuarantineList client={query.client ?? ''} reason={query.reason ?? ''} />;
    case 'destinations':
      return <Destinations open={query.open ?? ''} />;
    case 'people':
      return <People />;
  }
}
