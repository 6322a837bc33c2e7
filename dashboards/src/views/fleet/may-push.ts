/** Who may set configurations, take certificates away and issue codes; the gateway has the last word. */

import { reaches } from '../../rights.ts';
import { access } from '../../state.ts';

export const mayPush = (): boolean =>
  access.value.kind === 'in' && reaches(access.value.session.role, 'admin');
