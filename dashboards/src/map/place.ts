/** Where the map can show something: positions and areas in degrees (WGS 84). Pure. */

export interface Position {
  readonly latitude: number;
  readonly longitude: number;
}

export interface Area {
  readonly south: number;
  readonly west: number;
  readonly north: number;
  readonly east: number;
}

/** From Điện Biên to Trường Sa. */
export const COUNTRY: Area = { south: 7.5, west: 102, north: 23.5, east: 116.5 };

/** As far as the map can be moved, with room for what stands at the border. */
export const MAP: Area = { south: 1, west: 96, north: 30, east: 122.5 };

export const isWithin = ({ latitude, longitude }: Position, { south, west, north, east }: Area): boolean =>
  latitude >= south && latitude <= north && longitude >= west && longitude <= east;

/** A station without a place has zeros, and one whose place is mistyped stands far away: the map shows neither. */
export const isPlaced = (position: Position): boolean => isWithin(position, MAP);
