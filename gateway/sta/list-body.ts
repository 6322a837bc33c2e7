/**
 * A list of entities as the bytes of an answer. Each is made text as soon as it is there, so that what it was made of
 * can go: a thousand trees of objects held until the end cost as much to collect as to make.
 */
export interface ListBody {
  add(item: unknown): void;
  /** `head`: what stands beside the list. */
  end(head: Readonly<Record<string, unknown>>): Buffer;
}

export function createListBody(): ListBody {
  const items: Buffer[] = [];
  return {
    add(item) {
      items.push(Buffer.from(`${items.length === 0 ? '' : ','}${JSON.stringify(item)}`));
    },
    end(head) {
      const before = JSON.stringify({ ...head, value: [] }).slice(0, -']}'.length);
      return Buffer.concat([Buffer.from(before), ...items, Buffer.from(']}')]);
    },
  };
}
