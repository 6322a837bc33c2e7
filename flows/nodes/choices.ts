/** What the editor offers to choose from: the product's own lists, so that they are written once. */
import { LEVELS } from '../../devices/limit.ts';
import { PARAMETER_IDS, parameterOf } from '../../devices/parameter.ts';
import { UNITS } from '../../devices/unit.ts';
import { STATION_KINDS } from '../../devices/word.ts';

const parameters = PARAMETER_IDS.map((id) => {
  const { name, unit } = parameterOf(id);
  return { id, name, unit: UNITS[unit].label };
});

export const readingsChoices = { kinds: STATION_KINDS, parameters };

export const limitChoices = { levels: LEVELS, parameters };
