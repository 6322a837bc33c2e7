/** Names on the map as text of the page: crisp at any pixel density, and never over one another. */
import L from 'leaflet';
import { type Box, type Label, placeLabels } from './place-labels.ts';

/** Half of a station's mark in pixels. */
const MARK = 17;

export interface LabelLayer {
  /** Names, and the stations' marks by the keys of their names. */
  set(labels: readonly Label[], marks: ReadonlyMap<string, L.LatLngExpression>): void;
  remove(): void;
}

export function addLabelLayer(map: L.Map): LabelLayer {
  const pane = map.createPane('names');
  pane.classList.add('map-names', 'leaflet-zoom-hide');
  pane.setAttribute('aria-hidden', 'true');
  const sizes = new Map<string, { width: number; height: number }>();
  let labels: readonly Label[] = [];
  let marks: ReadonlyMap<string, L.LatLngExpression> = new Map();

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

  function draw(): void {
    const { x: width, y: height } = map.getSize();
    const taken = [...marks].map(([key, at]) => {
      const { x, y } = map.latLngToContainerPoint(at);
      return { key, box: { left: x - MARK, right: x + MARK, top: y - MARK, bottom: y + MARK } };
    });
    const near = labels.filter((label) => map.getZoom() >= label.minZoom && map.getZoom() <= label.maxZoom);
    const placed = placeLabels(near, map.getZoom(), { width, height }, boxes, taken);
    pane.replaceChildren(
      ...placed.map(({ label, box: { left, top } }) => {
        const own = element(label);
        L.DomUtil.setPosition(own, map.containerPointToLayerPoint([Math.round(left), Math.round(top)]));
        return own;
      }),
    );
  }

  map.on('moveend zoomend resize viewreset', draw);
  void document.fonts?.ready.then(() => {
    sizes.clear();
    draw();
  });
  return {
    set: (nextLabels, nextMarks) => {
      labels = nextLabels;
      marks = nextMarks;
      draw();
    },
    remove: () => {
      map.off('moveend zoomend resize viewreset', draw);
      pane.remove();
    },
  };
}
