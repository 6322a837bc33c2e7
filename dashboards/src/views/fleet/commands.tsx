/** What an edge was told to do and what came of it; asking, and approving as the second person. */
import { useSignal } from '@preact/signals';
import type { EdgeDetail } from '../../../../devices/wire/edges.ts';
import { t } from '../../i18n.ts';
import { Icon, type IconName } from '../../parts/icon.tsx';
import { Notice } from '../../parts/notices.tsx';
import { Shown } from '../../parts/shown.tsx';
import { useAnswer } from '../../use-answer.ts';
import { commandsOf, type ListedCommand } from './calls.ts';
import { CommandCard, isOpen } from './command-card.tsx';
import { CommandForm, type CommandKind } from './command-form.tsx';

const OPEN_MS = 1500;
const QUIET_MS = 15_000;

const KINDS: ReadonlyArray<readonly [CommandKind, IconName]> = [
  ['read', 'search'],
  ['write', 'edit'],
  ['rescan', 'replay'],
  ['log', 'list'],
  ['restart', 'new'],
];

export function Commands({ edge }: { edge: EdgeDetail }) {
  const asking = useSignal<CommandKind | null>(null);
  const someOpen = useSignal(false);
  const asked = useAnswer(
    async (signal) => {
      const answer = await commandsOf(edge.name, signal);
      someOpen.value = answer.commands.some(isOpen);
      return answer;
    },
    [edge.name],
    someOpen.value ? OPEN_MS : QUIET_MS,
  );
  const close = (): void => {
    asking.value = null;
  };
  return (
    <>
      <div class="command-kinds">
        {KINDS.map(([kind, icon]) => (
          <button
            key={kind}
            type="button"
            class="button"
            disabled={!edge.online}
            onClick={() => {
              asking.value = kind;
            }}
          >
            <Icon name={icon} size={16} />
            {t(`fleet.command.${kind}`)}
          </button>
        ))}
      </div>
      {!edge.online && <p class="quiet-text">{t('fleet.command.away')}</p>}
      {asking.value !== null && (
        <CommandForm
          kind={asking.value}
          edge={edge}
          close={close}
          sent={() => {
            close();
            someOpen.value = true;
            asked.again();
          }}
        />
      )}
      <section class="section">
        <header class="section-head">
          <h3>{t('fleet.command.list')}</h3>
        </header>
        <Shown asked={asked}>
          {({ commands }) =>
            commands.length === 0 ? (
              <Notice icon="list" title={t('fleet.command.none')} text={t('fleet.command.noneText')} />
            ) : (
              <List commands={commands} edge={edge} again={asked.again} />
            )
          }
        </Shown>
      </section>
    </>
  );
}

interface ListProps {
  readonly commands: readonly ListedCommand[];
  readonly edge: EdgeDetail;
  readonly again: () => void;
}

function List({ commands, edge, again }: ListProps) {
  return (
    <ul class="commands">
      {commands.map((command) => (
        <CommandCard key={command.id} command={command} edge={edge} again={again} />
      ))}
    </ul>
  );
}
