/** What comes of a name and a password at the editor's door. */

export interface EditorSession {
  readonly username: string;
  /** Asked with every request. */
  mayStill(): Promise<boolean>;
  end(): Promise<void>;
}

export type Entry =
  | { readonly kind: 'in'; readonly session: EditorSession }
  | { readonly kind: 'refused' }
  /** Too many tries, or too many at once: again after so many seconds. */
  | { readonly kind: 'wait'; readonly seconds: number }
  /** Whoever knows the passwords cannot be asked. */
  | { readonly kind: 'away' };

export interface EditorLogin {
  /** `hops`: the addresses that the visitor came by (visitor.ts). */
  enter(name: string, password: string, hops: readonly string[]): Promise<Entry>;
}
