/** Which names fit on the map at this zoom: the important first, none over another. Pure. */

export interface Label {
  readonly key: string;
  readonly text: string;
  readonly kind: 'station' | 'islands' | 'province' | 'city' | 'commune' | 'place';
  readonly at: readonly [latitude: number, longitude: number];
  readonly minZoom: number;
  readonly maxZoom: number;
  /** Pixels from its point that a name keeps free for the mark there. */
  readonly room?: number;
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Placed {
  readonly label: Label;
  readonly box: Box;
}

const overlaps = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

const isWithin = (a: Box, b: Box): boolean =>
  a.left >= b.left && a.right <= b.right && a.top >= b.top && a.bottom <= b.bottom;

/** What no name may cover: the mark of a station. Its own name, of the same key, may touch it. */
export interface Taken {
  readonly key: string;
  readonly box: Box;
}

/** Labels come in the order of their importance; `boxes` gives where one may stand, the best place first. */
export function placeLabels(
  labels: Iterable<Label>,
  zoom: number,
  window: Size,
  boxes: (label: Label) => readonly Box[],
  taken: readonly Taken[] = [],
): Placed[] {
  const placed: Placed[] = [];
  const whole: Box = { left: 0, top: 0, right: window.width, bottom: window.height };
  for (const label of labels) {
    if (zoom < label.minZoom || zoom > label.maxZoom) continue;
    const free = boxes(label).filter(
      (own) =>
        overlaps(own, whole) &&
        !taken.some((other) => other.key !== label.key && overlaps(own, other.box)) &&
        !placed.some((other) => overlaps(own, other.box)),
    );
    const box = free.find((own) => isWithin(own, whole)) ?? free[0];
    if (box) placed.push({ label, box });
  }
  return placed;
}
