/** Why something with accounts cannot be done, in words for whoever asked: an admin's API call or command. */
import { UserFault } from '../../devices/kit/fault.ts';

/** unknown: there is no such thing; conflict: it does not go with what there is; wrong: it never goes. */
export type AccountFaultKind = 'unknown' | 'conflict' | 'wrong';

export class AccountFault extends UserFault {
  readonly kind: AccountFaultKind;
  constructor(kind: AccountFaultKind, message: string) {
    super(message);
    this.kind = kind;
  }
}
