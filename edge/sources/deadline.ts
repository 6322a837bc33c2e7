/**
 * A time limit that is set and cleared for each of very many requests. Its timer is left running when it is cleared:
 * on a fast line, making a timer for each would take as long as all else that is done for a request.
 *
 * After a pause of the process a timer comes before bytes that wait at the link: these are let in first.
 */
export class Deadline {
  readonly #passed: () => void;
  #timer: NodeJS.Timeout | null = null;
  #ms = 0;
  /** Counts the limits; what was cleared is none. */
  #set = 0;
  #active = false;

  constructor(passed: () => void) {
    this.#passed = passed;
  }

  set(ms: number): void {
    this.#set += 1;
    this.#active = true;
    if (this.#timer !== null && ms === this.#ms) {
      this.#timer.refresh();
      return;
    }
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#ms = ms;
    this.#timer = setTimeout(() => this.#fire(), ms);
  }

  clear(): void {
    this.#active = false;
  }

  /** Clears it, and leaves no timer. */
  end(): void {
    this.#active = false;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #fire(): void {
    this.#timer = null;
    if (!this.#active) return;
    const set = this.#set;
    setImmediate(() => {
      if (this.#active && this.#set === set) this.#passed();
    });
  }
}
