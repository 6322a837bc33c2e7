/** A unit as SensorThings tells it. */
import { UNITS, type UnitId } from '../../devices/unit.ts';

/** Ids that are no symbols of the registry (devices/unit.ts says which). */
const OWN: readonly UnitId[] = ['mS/cm', 'ppb', 'ppt', '1/ml', 'ft', 'in', '1/km', '1/h'];
const SENML = 'https://www.iana.org/assignments/senml/senml.xhtml';

/** 18-088, section 8.2.4: what has no unit has null three times. */
export function unitOfMeasurement(id: UnitId) {
  if (id === 'index' || id === 'count') return { name: null, symbol: null, definition: null };
  return {
    name: id,
    symbol: UNITS[id].label || id,
    definition: OWN.includes(id) ? `urn:quantrac:unit:${id}` : SENML,
  };
}
