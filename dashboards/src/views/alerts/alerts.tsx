/** Alerts: what needs a hand now, what is quiet, what was, what is out of service; and each alert on a page of its own. */
import './alerts.css';
import './one.css';
import './service.css';
import { t } from '../../i18n.ts';
import { isUnacknowledged } from '../../merge.ts';
import { Page } from '../../parts/page.tsx';
import { WrongLink } from '../../parts/shown.tsx';
import { SoundSwitch } from '../../parts/sound-switch.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { hrefOf } from '../../route.ts';
import { alertList } from '../../state.ts';
import type { ViewProps } from '../views.ts';
import { History } from './history.tsx';
import { Now } from './now.tsx';
import { OneAlert } from './one.tsx';
import { Quiet } from './quiet.tsx';
import { Service } from './service.tsx';

const TABS = ['now', 'quiet', 'history', 'service'] as const;
type Tab = (typeof TABS)[number];

const tabOf = (part: string | undefined): Tab | null =>
  part === undefined ? 'now' : (TABS.find((tab) => tab === part && tab !== 'now') ?? null);

export default function Alerts({ path: [part], query }: ViewProps) {
  if (part !== undefined && /^\d{1,15}$/.test(part)) return <OneAlert key={part} id={part} />;
  const tab = tabOf(part);
  if (tab === null) {
    return (
      <Page title={t('nav.alerts')}>
        <WrongLink />
      </Page>
    );
  }
  const waiting = alertList.value.filter(isUnacknowledged).length;
  return (
    <Page title={t('nav.alerts')} tools={tab === 'now' ? <SoundSwitch /> : undefined}>
      <Tabs
        label={t('alerts.tabs')}
        tabs={TABS.map((one) => ({
          href: hrefOf('alerts', one === 'now' ? [] : [one]),
          name: (
            <>
              {t(`alerts.tab.${one}`)}
              {one === 'now' && waiting > 0 && <span class="count">{waiting}</span>}
            </>
          ),
          current: one === tab,
        }))}
      />
      {tab === 'now' && <Now />}
      {tab === 'quiet' && <Quiet />}
      {tab === 'history' && <History query={query} />}
      {tab === 'service' && <Service />}
    </Page>
  );
}
