/** Everything that goes on beside the views for a phone and its network. */
import { askSession, followSession, sessionEnded } from '../actions.ts';
import { access } from '../state.ts';
import { installWorker } from './install.ts';
import { followOtherTabs } from './leave.ts';
import { followPush } from './push.ts';
import { followPicture } from './remember.ts';
import { followQueue } from './waiting.ts';

export function followOffline(): void {
  followPicture();
  followQueue(sessionEnded);
  followSession();
  followPush();
  followOtherTabs(() => {
    if (access.value.kind === 'in') void askSession();
  });
  // Its files are fetched after those of the page that is being opened.
  if (document.readyState === 'complete') void installWorker();
  else window.addEventListener('load', () => void installWorker(), { once: true });
}
