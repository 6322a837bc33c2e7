/** Who may set limits; the gateway has the last word. */

import { reaches } from '../../rights.ts';
import { access } from '../../state.ts';

export const maySet = (): boolean =>
  access.value.kind === 'in' && reaches(access.value.session.role, 'operator');
