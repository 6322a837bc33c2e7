/** What an edge tells of the sirens of a station, against what the centre wants of them. Pure. */
import type { EdgeStatus } from '../../../devices/wire/messages.ts';
import type { KnownEdge } from '../../catalog.ts';

export interface SirenSeen {
  /** `on`: all sound for the call; `off`: none sounds for the centre; null: nobody knows, or not all do. */
  readonly is: 'on' | 'off' | null;
  /** Each siren, or why nothing is known of them. */
  readonly words: string;
}

type Siren = NonNullable<EdgeStatus['sirens']>[number];

/** `since` is that of the call that the edge was told. */
export function sirenSeen(
  station: string,
  edge: Pick<KnownEdge, 'name' | 'status'> | undefined,
  since: number | null,
): SirenSeen {
  if (edge === undefined) return { is: null, words: 'no edge has this station' };
  if (!edge.status.online) return { is: null, words: `edge ${edge.name} is offline` };
  const sirens = (edge.status.sirens ?? []).filter((siren) => siren.station === station);
  if (sirens.length === 0) return { is: null, words: `edge ${edge.name} has no siren there` };
  const words = sirens.map((siren) => wordsOf(siren, since)).join('; ');
  if (since !== null && sirens.every((siren) => siren.called === since && siren.wanted && siren.confirmed))
    return { is: 'on', words };
  // What its own alarms sound is no more the centre's.
  const isOff = sirens.every(
    ({ called, wanted, confirmed }) => called === undefined && (wanted || confirmed),
  );
  return { is: isOff ? 'off' : null, words };
}

function wordsOf({ siren, wanted, confirmed, error, called }: Siren, since: number | null): string {
  if (since !== null && called !== since) return `${siren} has not heard of it`;
  if (!confirmed)
    return `${siren} is not confirmed ${wanted ? 'on' : 'off'}${error === null ? '' : `: ${error}`}`;
  if (!wanted) return `${siren} is off`;
  return called === undefined ? `${siren} sounds on for alarms of the post` : `${siren} is on`;
}
