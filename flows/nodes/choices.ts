/** What the editor offers to choose from: the product's own lists, so that they are written once. */
import {
  CLASSES,
  DIRECTIONS,
  LEVELS,
  LIMIT_KINDS,
  limitFields,
  STANDARDS,
  standardFault,
  WATERS,
} from '../../devices/limit.ts';
import { PARAMETER_IDS, parameterOf } from '../../devices/parameter.ts';
import { COUNTED } from '../../devices/rules/combine.ts';
import { UNITS } from '../../devices/unit.ts';
import { STATION_KINDS } from '../../devices/word.ts';

const parameters = PARAMETER_IDS.map((id) => {
  const { name, unit } = parameterOf(id);
  return { id, name, unit: UNITS[unit].label };
});

/** Of QCVN 05, and of QCVN 08 for each water body and class that it has, the parameters with a row. */
const tables = [
  { standard: 'qcvn-05' as const },
  ...WATERS.flatMap((water) => CLASSES.map((of) => ({ standard: 'qcvn-08' as const, water, class: of }))),
]
  .map((table) => ({
    ...table,
    parameters: PARAMETER_IDS.filter((parameter) => standardFault({ ...table, parameter }) === null),
  }))
  .filter((table) => table.parameters.length > 0);

export const readingsChoices = { kinds: STATION_KINDS, parameters };

export const limitChoices = {
  /** Of each kind the fields that it has. */
  kinds: LIMIT_KINDS.map((kind) => ({ kind, fields: limitFields(kind) })),
  directions: DIRECTIONS,
  standards: STANDARDS,
  waters: WATERS,
  classes: CLASSES,
  tables,
  levels: LEVELS,
  parameters,
};

export const combineChoices = { counted: COUNTED, levels: LEVELS, parameters };

export const sustainChoices = { levels: LEVELS };
