/** The panel of the chosen station; its code, which can draw charts, comes when one is chosen first. */
import type { FunctionComponent } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../../i18n.ts';
import { NoCode } from '../../parts/no-code.tsx';
import { Skeleton } from '../../parts/notices.tsx';
import { hrefOf, type Query } from '../../route.ts';

interface ChosenProps {
  readonly id: string;
  readonly query: Query;
}

type Code = FunctionComponent<ChosenProps> | 'loading' | 'failed';

/** Kept: the next station is there at once. */
let known: Code = 'loading';

export function ChosenStation({ id, query }: ChosenProps) {
  const [code, setCode] = useState<{ readonly is: Code }>({ is: known });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    if (typeof known === 'function') return;
    let ended = false;
    const told = (is: Code): void => {
      known = is;
      if (!ended) setCode({ is });
    };
    import('./station-panel.tsx').then(
      ({ StationPanel }) => told(StationPanel),
      () => told('failed'),
    );
    return () => {
      ended = true;
    };
  }, [attempt]);
  if (typeof code.is === 'function') {
    const Panel = code.is;
    return <Panel key={id} id={id} query={query} />;
  }
  return (
    <aside class="panel">
      {code.is === 'loading' ? (
        <Skeleton lines={6} />
      ) : (
        <NoCode again={() => setAttempt(attempt + 1)}>
          <a class="button" href={hrefOf('overview', [], query)}>
            {t('app.close')}
          </a>
        </NoCode>
      )}
    </aside>
  );
}
