/** Node `readings`: every live reading that fits the filter becomes one message. */
import { fitting, type ReadingsConfig } from '../../devices/rules/node-config.ts';
import type { FlowNode, Link, NodeStatus } from './contract.ts';
import { NO_LINK } from './contract.ts';

/** Counting must not cost more than the readings themselves. */
const STATUS_EVERY_MS = 1000;

export function readingsStatus(link: Link, count: number): NodeStatus {
  if (!link.connected) return { fill: 'yellow', shape: 'ring', text: 'status.away' };
  if (link.malformed === 0) return { fill: 'green', shape: 'dot', text: `${count}` };
  return { fill: 'yellow', shape: 'dot', text: `${count} · ✗ ${link.malformed}` };
}

export function startReadings(
  node: FlowNode,
  config: ReadingsConfig,
  link: Link | undefined,
  now: () => number = Date.now,
): void {
  if (!link) {
    node.status(NO_LINK);
    return;
  }
  const filter = { ...config, station: config.station?.trim() };
  let count = 0;
  let shownAt = Number.NEGATIVE_INFINITY;
  let shown = '';

  const show = (): void => {
    const status = readingsStatus(link, count);
    // Digits may wait for the next second, a change between connected and away may not.
    const counting = status.shape === 'dot' && shown === 'dot';
    if (counting && now() - shownAt < STATUS_EVERY_MS) return;
    shown = status.shape;
    shownAt = now();
    node.status(status);
  };

  const endLive = link.onLive((live) => {
    const readings = fitting(filter, live);
    if (readings.length === 0) return;
    count += readings.length;
    for (const reading of readings) {
      node.send({ topic: `${reading.station}/${reading.parameter}`, payload: reading });
    }
    show();
  });
  const endChange = link.onChange(show);
  node.on('close', () => {
    endLive();
    endChange();
  });
  show();
}
