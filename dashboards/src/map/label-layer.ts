/** Names on the map as text of the page: crisp at any pixel density, and never over one another. */
import L from 'leaflet';
import { type Box, type Label, placeLabels } from './place-labels.ts';

export interface Mark {
  readonly at: L.LatLngExpression;
  /** Half of its width in pixels. */
  readonly half: number;
}

/** A name that reaches into the map from beyond its edge by no more than this is looked at. */
const BEYOND = 100;

export interface LabelLayer {
  /** Names in the order of their importance, and the marks by the keys of their names: no other name covers them. */
  set(labels: readonly Label[], marks: ReadonlyMap<string, Mark>): void;
  remove(): void;
}

export function addLabelLayer(map: L.Map): LabelLayer {
  const pane = map.createPane('names');
  pane.classList.add('map-names', 'leaflet-zoom-hide');
  pane.setAttribute('aria-hidden', 'true');
  const sizes = new Map<string, { width: number; height: number }>();
  let labels: readonly Label[] = [];
  let marks: ReadonlyMap<string, Mark> = new Map();
  let frame: number | undefined;

  const element = (label: Label): HTMLElement => {
    const own = document.createElement('span');
    own.className = `map-name map-name-${label.kind}`;
    own.textContent = label.text;
    return own;
  };

  /** Measured once a text: by the browser, since only it knows the font in use. */
  function size(label: Label): { width: number; height: number } {
    const key = `${label.kind} ${label.text}`;
    let known = sizes.get(key);
    if (!known) {
      const probe = element(label);
      pane.append(probe);
      known = { width: probe.offsetWidth, height: probe.offsetHeight };
      probe.remove();
      // While the pane is hidden everything measures 0; that is not worth remembering.
      if (known.width > 0) sizes.set(key, known);
    }
    return known;
  }

  /** On its point; a station's name below, right, left or above its mark. */
  function boxes(label: Label): Box[] {
    const { x, y } = map.latLngToContainerPoint([label.at[0], label.at[1]]);
    const { width, height } = size(label);
    const at = (left: number, top: number): Box => ({ left, right: left + width, top, bottom: top + height });
    const [left, top] = [x - width / 2, y - height / 2];
    const { room } = label;
    if (room === undefined) return [at(left, top)];
    // A name whose mark is out of sight would point at nothing.
    const { x: right, y: bottom } = map.getSize();
    if (x < 0 || y < 0 || x > right || y > bottom) return [];
    return [
      at(left, y + room),
      at(x + room + 2, top),
      at(x - room - 2 - width, top),
      at(left, y - room - height),
    ];
  }

  /** Thousands of names are known; the few in sight are measured. */
  function isNear({ at }: Label): boolean {
    const { x, y } = map.latLngToContainerPoint([at[0], at[1]]);
    const { x: right, y: bottom } = map.getSize();
    return x > -BEYOND && y > -BEYOND && x < right + BEYOND && y < bottom + BEYOND;
  }

  /** One zoom is several events, and marks change with it: all is drawn once. */
  function later(): void {
    frame ??= requestAnimationFrame(draw);
  }

  function draw(): void {
    frame = undefined;
    const { x: width, y: height } = map.getSize();
    const taken = [...marks].map(([key, { at, half }]) => {
      const { x, y } = map.latLngToContainerPoint(at);
      return { key, box: { left: x - half, right: x + half, top: y - half, bottom: y + half } };
    });
    const zoom = map.getZoom();
    const near = labels.filter((label) => zoom >= label.minZoom && zoom <= label.maxZoom && isNear(label));
    const placed = placeLabels(near, zoom, { width, height }, boxes, taken);
    pane.replaceChildren(
      ...placed.map(({ label, box: { left, top } }) => {
        const own = element(label);
        L.DomUtil.setPosition(own, map.containerPointToLayerPoint([Math.round(left), Math.round(top)]));
        return own;
      }),
    );
  }

  map.on('moveend resize viewreset', later);
  void document.fonts?.ready.then(() => {
    sizes.clear();
    if (pane.isConnected) later();
  });
  return {
    set: (nextLabels, nextMarks) => {
      labels = nextLabels;
      marks = nextMarks;
      later();
    },
    remove: () => {
      map.off('moveend resize viewreset', later);
      if (frame !== undefined) cancelAnimationFrame(frame);
      pane.remove();
    },
  };
}
