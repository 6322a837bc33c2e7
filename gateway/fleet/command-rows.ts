/** Commands in the ledger. */
import type { CommandRecord, CommandState } from '../../devices/wire/edges.ts';
import type { Orders } from '../../devices/wire/fleet.ts';
import type { Ledger } from '../ledger.ts';

export interface KeptCommand extends CommandRecord {
  readonly number: number;
  /** Vietnamese name of the area that it concerns; null: the edge as a whole. */
  readonly area: string | null;
  /** The edge itself told how it ended; otherwise the centre gave up waiting. */
  readonly heard: boolean;
}

export interface NewCommand
  extends Pick<CommandRecord, 'id' | 'edge' | 'orders' | 'reason' | 'dangerous' | 'asked_by' | 'asked_at'> {
  readonly area: string | null;
  readonly due_at: number;
}

type Change = Partial<
  Pick<
    KeptCommand,
    | 'approved_by'
    | 'approved_at'
    | 'sent_at'
    | 'taken_at'
    | 'ended_at'
    | 'due_at'
    | 'outcome'
    | 'heard'
    | 'values'
    | 'lines'
  >
>;

export interface CommandRows {
  add(command: NewCommand): KeptCommand;
  change(command: KeptCommand, state: CommandState, change: Change): KeptCommand;
  get(id: string): KeptCommand | undefined;
  /** Newest first, numbers below `before`. */
  list(edge: string, before: number, limit: number): KeptCommand[];
  /** Those of this edge, or of all with null, that have not ended. */
  open(edge: string | null): KeptCommand[];
  /** Lets go of commands that ended before, and of what was read by those that ended before the second. */
  prune(endedBefore: number, resultsBefore: number): void;
}

interface Row {
  readonly number: number;
  readonly orders: string;
  readonly dangerous: number;
  readonly heard: number;
  readonly result: string | null;
}

const commandOf = (row: Record<string, unknown>): KeptCommand => {
  const { orders, dangerous, heard, result, ...rest } = row as unknown as Row;
  const read = result === null ? {} : (JSON.parse(result) as { values?: number[]; lines?: string[] });
  return {
    ...(rest as unknown as KeptCommand),
    orders: JSON.parse(orders) as Orders,
    dangerous: dangerous === 1,
    heard: heard === 1,
    values: read.values ?? null,
    lines: read.lines ?? null,
  };
};

export function createCommandRows({ db }: Ledger): CommandRows {
  const insert = db.prepare(
    `INSERT INTO edge_command (id, edge, area, orders, reason, dangerous, state, asked_by, asked_at, due_at, heard)
     VALUES (?, ?, ?, ?, ?, ?, 'waiting', ?, ?, ?, 0)`,
  );
  const update = db.prepare(
    `UPDATE edge_command SET state = ?, approved_by = ?, approved_at = ?, sent_at = ?, taken_at = ?, ended_at = ?,
     due_at = ?, heard = ?, outcome = ?, result = ? WHERE id = ?`,
  );
  const select = db.prepare('SELECT * FROM edge_command WHERE id = ?');
  const selectList = db.prepare(
    'SELECT * FROM edge_command WHERE edge = ? AND number < ? ORDER BY number DESC LIMIT ?',
  );
  const selectOpen = db.prepare(
    'SELECT * FROM edge_command WHERE ended_at IS NULL AND (?1 IS NULL OR edge = ?1) ORDER BY number',
  );
  const drop = db.prepare('DELETE FROM edge_command WHERE ended_at < ?');
  const dropResults = db.prepare(
    'UPDATE edge_command SET result = NULL WHERE ended_at < ? AND result IS NOT NULL',
  );
  const get = (id: string): KeptCommand | undefined => {
    const row = select.get(id);
    return row && commandOf(row);
  };

  return {
    add({ id, edge, area, orders, reason, dangerous, asked_by, asked_at, due_at }) {
      insert.run(
        id,
        edge,
        area,
        JSON.stringify(orders),
        reason,
        Number(dangerous),
        asked_by,
        asked_at,
        due_at,
      );
      return get(id) as KeptCommand;
    },
    change(command, state, change) {
      const next = { ...command, ...change, state };
      const { values, lines } = next;
      const result =
        values === null && lines === null
          ? null
          : JSON.stringify({ ...(values && { values }), ...(lines && { lines }) });
      update.run(
        state,
        next.approved_by,
        next.approved_at,
        next.sent_at,
        next.taken_at,
        next.ended_at,
        next.due_at,
        Number(next.heard),
        next.outcome,
        result,
        command.id,
      );
      return next;
    },
    get,
    list: (edge, before, limit) => selectList.all(edge, before, limit).map(commandOf),
    open: (edge) => selectOpen.all(edge).map(commandOf),
    prune(endedBefore, resultsBefore) {
      drop.run(endedBefore);
      dropResults.run(resultsBefore);
    },
  };
}
