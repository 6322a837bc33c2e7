/** One edge: how it is, what it runs, what it was told to do, how it gets in. */
import type { EdgeDetail } from '../../../../devices/wire/edges.ts';
import { t } from '../../i18n.ts';
import { Age } from '../../parts/age.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Page } from '../../parts/page.tsx';
import { Shown } from '../../parts/shown.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { hrefOf, type Query } from '../../route.ts';
import { useAnswer } from '../../use-answer.ts';
import { edgeOf } from './calls.ts';
import { EdgeAccess } from './certificates.tsx';
import { Commands } from './commands.tsx';
import { Config } from './config.tsx';
import { EdgeNow } from './edge-now.tsx';
import { problemsOf } from './edge-state.ts';
import { OnlineMark, ProblemTags } from './problem-tags.tsx';

const EVERY_MS = 10_000;
const PARTS = ['now', 'config', 'commands', 'access'] as const;

interface EdgeViewProps {
  readonly name: string;
  readonly part: string;
  readonly query: Query;
}

export function EdgeView({ name, part, query }: EdgeViewProps) {
  const asked = useAnswer((signal) => edgeOf(name, signal), [name], EVERY_MS);
  const current = PARTS.find((one) => one === part) ?? 'now';
  return (
    <Page
      title={name}
      lead={
        <a class="up-link" href={hrefOf('fleet')}>
          <Icon name="back" size={16} />
          {t('fleet.all')}
        </a>
      }
    >
      <Shown asked={asked} lines={8}>
        {(edge) => (
          <>
            <Head edge={edge} />
            <Tabs
              label={t('fleet.parts')}
              tabs={PARTS.map((one) => ({
                href: hrefOf('fleet', [name], { part: one === 'now' ? '' : one }),
                name: t(`fleet.part.${one}`),
                current: one === current,
              }))}
            />
            {current === 'now' && <EdgeNow edge={edge} span={query.span ?? ''} />}
            {current === 'config' && <Config edge={edge} query={query} />}
            {current === 'commands' && <Commands edge={edge} />}
            {current === 'access' && <EdgeAccess name={name} />}
          </>
        )}
      </Shown>
    </Page>
  );
}

function Head({ edge }: { edge: EdgeDetail }) {
  return (
    <p class="edge-head">
      <OnlineMark edge={edge} />
      <ProblemTags problems={problemsOf(edge)} />
      <span class="quiet-text">
        {t('fleet.lastWord')} <Age at={edge.at} />
      </span>
    </p>
  );
}
