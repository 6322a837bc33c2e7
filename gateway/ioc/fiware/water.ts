/**
 * WaterQualityObserved 0.0.6. The schema says few units; they are those of the model's earlier specification
 * (test/reference/fiware/README.md). Pure.
 */
import type { Observations } from '../../../devices/wire/feed.ts';
import { type Attributes, type Mean, means } from './means.ts';

/** Ours is told as nitrogen, the model's is the ion: molar masses of NH₄⁺ and N in g/mol. */
const AMMONIUM_OF_NITROGEN = 18.039 / 14.007;

const WATER: readonly Mean[] = [
  { attribute: 'temperature', parameter: 'water_temperature', unit: 'Cel', least: Number.NEGATIVE_INFINITY },
  { attribute: 'pH', parameter: 'ph', unit: 'pH', most: 14 },
  { attribute: 'conductivity', parameter: 'conductivity', unit: 'S/m' },
  { attribute: 'conductance', parameter: 'specific_conductance', unit: 'S/m' },
  { attribute: 'salinity', parameter: 'salinity', unit: 'ppt' },
  { attribute: 'tds', parameter: 'dissolved_solids', unit: 'mg/l' },
  { attribute: 'turbidity', parameter: 'turbidity', unit: 'NTU' },
  // The model has none below 0.
  { attribute: 'orp', parameter: 'redox', unit: 'mV' },
  { attribute: 'O2', parameter: 'dissolved_oxygen', unit: 'mg/l' },
  { attribute: 'Chla', parameter: 'chlorophyll', unit: 'ug/l' },
  { attribute: 'cod', parameter: 'cod', unit: 'mg/l' },
  { attribute: 'NH4', parameter: 'ammonium', unit: 'mg/l', factor: AMMONIUM_OF_NITROGEN },
];

export const waterAttributes = (hour: Observations): Attributes => means(hour, WATER);
