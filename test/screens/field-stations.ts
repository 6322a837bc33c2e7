/** The stations of the field, with their edges: real places of Đà Nẵng and the former Quảng Nam, made-up instruments. */
import type { Limit } from '../../devices/limit.ts';
import { limitSchema } from '../../devices/limit.ts';
import type { ParameterId } from '../../devices/parameter.ts';
import type { InventoryStation } from '../../devices/wire/messages.ts';
import type { StationKind, Text } from '../../devices/word.ts';

/** Of the whole field, s: an hour has twelve values. */
export const PERIOD_S = 300;

export const AREAS = {
  haiChau: { vi: 'Hải Châu', en: 'Hai Chau' },
  hoaVang: { vi: 'Hòa Vang', en: 'Hoa Vang' },
  hoiAn: { vi: 'Hội An – Điện Bàn', en: 'Hoi An – Dien Ban' },
} as const satisfies Record<string, Text>;

export const EDGES = {
  city: 'hop-hai-chau',
  forest: 'hop-hoa-vang',
  river: 'hop-song-han',
  /** Its line to the centre is down. */
  away: 'hop-cua-dai',
} as const;
export type EdgeName = (typeof EDGES)[keyof typeof EDGES];

export interface FieldStation {
  readonly edge: EdgeName;
  readonly station: InventoryStation;
  /** What comes of it: `new`: nothing yet; `silent`: nothing for three hours, though its edge is there. */
  readonly state: 'live' | 'new' | 'silent';
}

const PARAMETERS: Readonly<Record<StationKind, readonly ParameterId[]>> = {
  air: ['pm2_5', 'pm10', 'so2', 'no2', 'o3', 'co', 'air_temperature', 'relative_humidity'],
  water: [
    'water_temperature',
    'ph',
    'dissolved_oxygen',
    'cod',
    'ammonium',
    'turbidity',
    'conductivity',
    'water_level',
  ],
  weather: [
    'air_temperature',
    'relative_humidity',
    'pressure',
    'wind_speed',
    'wind_gust',
    'wind_direction',
    'rain_total',
    'solar_radiation',
  ],
  fire: ['air_temperature', 'relative_humidity', 'wind_speed', 'rain_total', 'smoke', 'co', 'fire_detection'],
  traffic: ['traffic_flow', 'traffic_speed', 'occupancy'],
};
const INSTRUMENTS: Readonly<Record<StationKind, string>> = {
  air: 'AIR-1',
  water: 'AQUA-1',
  weather: 'MET-1',
  fire: 'FIRE-1',
  traffic: 'RADAR-1',
};

interface Place {
  readonly id: string;
  readonly kind: StationKind;
  readonly name: Text;
  readonly area: Text;
  readonly at: readonly [number, number];
  readonly limits?: readonly unknown[];
}

export function stationOf({ id, kind, name, area, at, limits = [] }: Place): InventoryStation {
  return {
    id,
    kind,
    name,
    area,
    latitude: at[0],
    longitude: at[1],
    parameters: PARAMETERS[kind].map((parameter) => ({
      id: parameter,
      period_s: PERIOD_S,
      instrument: INSTRUMENTS[kind],
    })),
    ...(limits.length > 0 && { limits: limits.map((limit): Limit => limitSchema.parse(limit)) }),
  };
}

const put = (edge: EdgeName, place: Place, state: FieldStation['state'] = 'live'): FieldStation => ({
  edge,
  station: stationOf(place),
  state,
});

/** 300 characters as a person could type them into an edge file: markup, both directions, no blank for a while. */
export const LONG_NAME = fill(
  'Trạm <b>Sân bay</b> <img src=x onerror=alert(1)> \u0645\u062d\u0637\u0629 \u062c\u0648\u062f\u0629 \u0627\u0644\u0647\u0648\u0627\u0621 — ',
  'Không-khí-xung-quanh-khu-vực-đường-cất-hạ-cánh-',
);

function fill(start: string, more: string): string {
  return (start + more.repeat(10)).slice(0, 300);
}

const DUST = [
  { name: 'bui-min', parameter: 'pm2_5', kind: 'high', raise: 100, clear: 80, hold_s: 600, level: 'warning' },
  { name: 'aqi-xau', parameter: 'vn_aqi', kind: 'high', raise: 150, clear: 140, level: 'warning' },
  { name: 'o3-qcvn', parameter: 'o3_1h', kind: 'standard', standard: 'qcvn-05', level: 'notice' },
];
const RIVER = [
  { name: 'bao-dong-2', parameter: 'water_level', kind: 'high', raise: 2.2, clear: 2, level: 'critical' },
  {
    name: 'axit-kiem',
    parameter: 'ph',
    kind: 'outside',
    low: 6,
    high: 9,
    clear_low: 6.2,
    clear_high: 8.8,
    level: 'critical',
  },
  {
    name: 'thieu-oxy',
    parameter: 'dissolved_oxygen',
    kind: 'low',
    raise: 4,
    clear: 4.5,
    level: 'notice',
    hold_s: 900,
  },
];
/** What the plan of the province says of the river at the waterworks. */
const RIVER_B = (['dissolved_oxygen', 'cod'] as const).map((parameter) => ({
  ...{ name: 'qcvn-08', parameter, kind: 'standard', level: 'notice', hold_s: 3600 },
  ...{ standard: 'qcvn-08', water: 'river', class: 'B' },
}));
const POST = [
  { name: 'khoi', parameter: 'smoke', kind: 'high', raise: 1, clear: 0, needed: 2, of: 3, level: 'critical' },
  {
    name: 'nong-nhanh',
    parameter: 'air_temperature',
    kind: 'rate',
    raise: 8,
    within_s: 600,
    level: 'warning',
  },
];

/** Three fire posts stand within 2 km of each other, which makes their alarms one incident; the fourth is far. */
export const STATIONS: readonly FieldStation[] = [
  put(EDGES.city, {
    id: 'kk-cau-rong',
    kind: 'air',
    name: { vi: 'Không khí Cầu Rồng', en: 'Dragon Bridge, air' },
    area: AREAS.haiChau,
    at: [16.0612, 108.227],
    limits: DUST,
  }),
  put(EDGES.city, {
    id: 'kk-san-bay',
    kind: 'air',
    name: { vi: LONG_NAME, en: LONG_NAME },
    area: AREAS.haiChau,
    at: [16.0439, 108.1994],
  }),
  put(EDGES.city, {
    id: 'kk-hoa-khanh',
    kind: 'air',
    name: { vi: 'Khu công nghiệp Hòa Khánh', en: 'Hoa Khanh industrial zone' },
    area: AREAS.hoaVang,
    at: [16.0735, 108.1497],
    limits: DUST,
  }),
  put(EDGES.river, {
    id: 'kk-hoi-an',
    kind: 'air',
    name: { vi: 'Phố cổ Hội An', en: 'Hoi An old town' },
    area: AREAS.hoiAn,
    at: [15.8774, 108.3286],
  }),
  put(EDGES.river, {
    id: 'nuoc-cau-do',
    kind: 'water',
    name: { vi: 'Nhà máy nước Cầu Đỏ', en: 'Cau Do waterworks' },
    area: AREAS.haiChau,
    at: [15.9969, 108.203],
    limits: [...RIVER, ...RIVER_B],
  }),
  put(EDGES.river, {
    id: 'nuoc-song-han',
    kind: 'water',
    name: { vi: 'Sông Hàn – cầu Thuận Phước', en: 'Han River at Thuan Phuoc bridge' },
    area: AREAS.haiChau,
    at: [16.0955, 108.2205],
    limits: RIVER,
  }),
  put(EDGES.away, {
    id: 'nuoc-cua-dai',
    kind: 'water',
    name: { vi: 'Cửa Đại – sông Thu Bồn', en: 'Cua Dai, Thu Bon river' },
    area: AREAS.hoiAn,
    at: [15.877, 108.392],
  }),
  put(EDGES.river, {
    id: 'tt-son-tra',
    kind: 'weather',
    name: { vi: 'Bán đảo Sơn Trà', en: 'Son Tra peninsula' },
    area: AREAS.haiChau,
    at: [16.118, 108.277],
    limits: [
      { name: 'gio-giat', parameter: 'wind_gust', kind: 'high', raise: 17.2, clear: 13.9, level: 'warning' },
    ],
  }),
  put(
    EDGES.forest,
    {
      id: 'tt-ba-na',
      kind: 'weather',
      name: { vi: 'Đỉnh Bà Nà – Núi Chúa', en: 'Ba Na summit' },
      area: AREAS.hoaVang,
      at: [15.9977, 107.9885],
    },
    'silent',
  ),
  ...(
    [
      ['chot-hoa-bac-1', 'Chốt Hòa Bắc 1 – Khe Răm', 'Hoa Bac post 1, Khe Ram', [16.133, 107.98]],
      ['chot-hoa-bac-2', 'Chốt Hòa Bắc 2 – Tà Lang', 'Hoa Bac post 2, Ta Lang', [16.14, 107.99]],
      ['chot-hoa-bac-3', 'Chốt Hòa Bắc 3 – Giàn Bí', 'Hoa Bac post 3, Gian Bi', [16.147, 107.982]],
      ['chot-hoa-phu', 'Chốt Hòa Phú – Ngầm Đôi', 'Hoa Phu post, Ngam Doi', [15.94, 108]],
    ] as const
  ).map(([id, vi, en, at]) =>
    put(EDGES.forest, { id, kind: 'fire', name: { vi, en }, area: AREAS.hoaVang, at, limits: POST }),
  ),
  put(EDGES.city, {
    id: 'gt-cau-rong',
    kind: 'traffic',
    name: { vi: 'Giao thông Cầu Rồng', en: 'Dragon Bridge, traffic' },
    area: AREAS.haiChau,
    at: [16.0611, 108.229],
    limits: [
      {
        name: 'xe-cham',
        parameter: 'traffic_speed',
        kind: 'low',
        raise: 12,
        clear: 16,
        level: 'notice',
        hold_s: 300,
      },
    ],
  }),
  put(EDGES.city, {
    id: 'gt-nga-ba-hue',
    kind: 'traffic',
    name: { vi: 'Nút giao Ngã ba Huế', en: 'Nga Ba Hue interchange' },
    area: AREAS.haiChau,
    at: [16.0632, 108.1716],
  }),
  put(
    EDGES.river,
    {
      id: 'gt-vinh-dien',
      kind: 'traffic',
      name: { vi: 'Quốc lộ 1 – Vĩnh Điện', en: 'National road 1 at Vinh Dien' },
      area: AREAS.hoiAn,
      at: [15.8917, 108.2486],
    },
    'new',
  ),
];
