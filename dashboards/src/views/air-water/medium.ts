/** What air and what water is judged by: the index of the hour, what stands for a day, and which of its values is the worst. */

export interface Medium {
  readonly id: 'air' | 'water';
  /** The index of the hour. */
  readonly hour: 'vn_aqi' | 'vn_wqi';
  /** What the days are asked of. VN_WQI has no index of a day: its lowest hour stands for it. */
  readonly day: 'vn_aqi_day' | 'vn_wqi';
  readonly worst: 'high' | 'low';
}

export const AIR: Medium = { id: 'air', hour: 'vn_aqi', day: 'vn_aqi_day', worst: 'high' };
export const WATER: Medium = { id: 'water', hour: 'vn_wqi', day: 'vn_wqi', worst: 'low' };

export const mediumOf = (kind: string): Medium | null =>
  kind === AIR.id ? AIR : kind === WATER.id ? WATER : null;
