/** The view that the address names: its code is fetched, its right looked at, its faults kept from the frame. */
import { type ReadonlySignal, useSignal } from '@preact/signals';
import type { FunctionComponent } from 'preact';
import { useEffect } from 'preact/hooks';
import { t } from '../i18n.ts';
import { NoCode } from '../parts/no-code.tsx';
import { Notice, Skeleton } from '../parts/notices.tsx';
import { WrongLink } from '../parts/shown.tsx';
import { reaches } from '../rights.ts';
import { route } from '../route.ts';
import { access } from '../state.ts';
import { loadView, type View, type ViewProps, viewOf } from '../views/views.ts';

type Code = { readonly id: string; readonly view: FunctionComponent<ViewProps> | 'loading' | 'failed' };

function useCode(view: View, attempt: number): ReadonlySignal<Code> {
  const code = useSignal<Code>({ id: view.id, view: 'loading' });
  useEffect(() => {
    let ended = false;
    code.value = { id: view.id, view: 'loading' };
    loadView(view)
      .then((module) => {
        if (!ended) code.value = { id: view.id, view: module.default };
      })
      .catch(() => {
        if (!ended) code.value = { id: view.id, view: 'failed' };
      });
    return () => {
      ended = true;
    };
  }, [view, attempt]);
  return code;
}

export function CurrentView() {
  const { view: id } = route.value;
  const session = access.value.kind === 'in' ? access.value.session : null;
  if (id === null) {
    return (
      <main class="alone" tabIndex={-1}>
        <WrongLink />
      </main>
    );
  }
  const view = viewOf(id);
  if (session && !reaches(session.role, view.role)) {
    return (
      <main class="alone" tabIndex={-1}>
        <Notice icon="person" title={t('shown.forbidden')} text={t('shown.forbiddenText')} />
      </main>
    );
  }
  return <Loaded view={view} />;
}

function Loaded({ view }: { view: View }) {
  const attempt = useSignal(0);
  const code = useCode(view, attempt.value).value;
  const { path, query } = route.value;
  // Of the view before, for the moment until the effect has run.
  const component = code.id === view.id ? code.view : 'loading';
  if (component === 'loading') {
    return (
      <main class="page" tabIndex={-1}>
        <Skeleton lines={5} />
      </main>
    );
  }
  if (component === 'failed') {
    return (
      <main class="alone" tabIndex={-1}>
        <NoCode again={() => attempt.value++} />
      </main>
    );
  }
  const Component = component;
  return <Component path={path} query={query} />;
}
