/** Who may come in: people with their roles and areas, the tokens of scripts, and machine accounts of MQTT. */
import './users.css';
import { t } from '../../i18n.ts';
import { Page } from '../../parts/page.tsx';
import { WrongLink } from '../../parts/shown.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { hrefOf } from '../../route.ts';
import type { ViewProps } from '../views.ts';
import { Devices } from './devices.tsx';
import { Tokens } from './tokens.tsx';
import { UserList } from './user-list.tsx';
import { UserPage } from './user-page.tsx';

const TABS = ['people', 'tokens', 'devices'] as const;

export default function Users({ path }: ViewProps) {
  const [tab = 'people', name] = path;
  if (tab === 'people' && name !== undefined) return <UserPage key={name} name={name} />;
  return (
    <Page title={t('nav.users')} lead={t('users.lead')}>
      <Tabs
        label={t('nav.users')}
        tabs={TABS.map((id) => ({
          href: hrefOf('users', [id]),
          name: t(`users.tab.${id}`),
          current: tab === id,
        }))}
      />
      {tab === 'people' && <UserList />}
      {tab === 'tokens' && <Tokens />}
      {tab === 'devices' && <Devices />}
      {!TABS.some((id) => id === tab) && <WrongLink />}
    </Page>
  );
}
