/** A fault that a person can mend: its message is one sentence that names file or setting, place and fault. */
export class UserFault extends Error {
  override readonly name = 'UserFault';
}
