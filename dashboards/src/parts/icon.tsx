/** Line icons on a grid of 24, drawn for this product. They never stand without a text or a label. */

const PATHS = {
  air: 'M3 9h11a2.6 2.6 0 1 0-2.4-3.6M3 13h15a2.8 2.8 0 1 1-2.6 3.9M3 17h7a2 2 0 1 1-1.8 2.9',
  water:
    'M3 9c2 0 2 1.6 4.5 1.6S10 9 12 9s2 1.6 4.5 1.6S19 9 21 9M3 15c2 0 2 1.6 4.5 1.6S10 15 12 15s2 1.6 4.5 1.6S19 15 21 15',
  weather: 'M7 18h10a4 4 0 0 0 .6-8A6 6 0 0 0 6.2 10.6 3.8 3.8 0 0 0 7 18',
  fire: 'M12 3c.6 3.6 5 5.6 5 10.2A5 5 0 0 1 12 20a5 5 0 0 1-5-5c0-2.2 1.2-3.4 2-4.6.5 1.4 1.2 1.9 2 2.2C10.6 9 10.8 6 12 3',
  traffic: 'M5 17v-4l2-5h10l2 5v4M5 13h14M5 17h14M7 17v2M17 17v2',
  critical: 'M8.3 3h7.4L21 8.3v7.4L15.7 21H8.3L3 15.7V8.3zM12 7.5v5.5M12 16.3v.2',
  warning: 'M12 3.5 22 20.5H2zM12 10v4.8M12 17.4v.2',
  notice: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 11v5.5M12 7.6v.2',
  silent: 'M4 4l16 16M5 12a10 10 0 0 1 4-2.5M19 12a10 10 0 0 0-5-2.9M8.5 15.5a5 5 0 0 1 5-1.2M12 19v.2',
  doubtful:
    'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M9.5 9.5a2.5 2.5 0 1 1 3.7 2.2c-.8.4-1.2 1-1.2 1.9M12 16.6v.2',
  new: 'M12 3a9 9 0 0 1 9 9M21 12a9 9 0 0 1-9 9M12 21a9 9 0 0 1-9-9M3 12a9 9 0 0 1 9-9',
  ok: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M8 12.3l2.8 2.8L16 9.6',
  fail: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M9 9l6 6M15 9l-6 6',
  missing: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M8 12h8',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  close: 'M6 6l12 12M18 6 6 18',
  back: 'M14.5 5.5 8 12l6.5 6.5',
  next: 'M9.5 5.5 16 12l-6.5 6.5',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  fit: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5M12 10.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3',
  country: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M3 12h18M12 3c5.4 5 5.4 13 0 18M12 3c-5.4 5-5.4 13 0 18',
  map: 'M3 6.5 9 4l6 2.5L21 4v13.5L15 20l-6-2.5L3 20zM9 4v13.5M15 6.5V20',
  borders: 'M4 5.5 10 4l4 4 6-2v11l-5 3-5-3-6 1.5zM10 4l-1 7 5 3 6-1M9 11l-5 1.5M14 14l1 6',
  list: 'M8 6h13M8 12h13M8 18h13M3.5 6v.1M3.5 12v.1M3.5 18v.1',
  bell: 'M6 16V10.5a6 6 0 0 1 12 0V16l1.5 2h-15zM10 21h4',
  more: 'M5.5 12v.1M12 12v.1M18.5 12v.1',
  limits: 'M4 18h16M4 6h16M7 14l3-4 3 2.5L17 9',
  fleet: 'M5 4h14v6H5zM5 14h14v6H5zM8 7v.1M8 17v.1M12 7h4M12 17h4',
  people:
    'M9 5a3.2 3.2 0 1 0 0 6.4A3.2 3.2 0 0 0 9 5M2.8 19c.6-3 2.9-4.6 6.2-4.6s5.6 1.6 6.2 4.6M16 5.4a3 3 0 0 1 0 5.8M18 14.8c1.8.7 2.9 2.1 3.2 4.2',
  wall: 'M3 5h18v11H3zM9 20h6M12 16v4',
  print: 'M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z',
  download: 'M12 4v11M7.5 11 12 15.5 16.5 11M4 20h16',
  search: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M15.5 15.5 20 20',
  edit: 'M4 20l1-4.5L16.5 4 20 7.5 8.5 19zM14 6.5 17.5 10',
  copy: 'M9 9h11v11H9zM5.5 15H4V4h11v1.5',
  trash: 'M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5',
  sound: 'M4 9.5v5h4l5 4v-13l-5 4zM16.5 9a4 4 0 0 1 0 6M19 6.5a8 8 0 0 1 0 11',
  sound_off: 'M4 9.5v5h4l5 4v-13l-5 4zM16.5 9.5l5 5M21.5 9.5l-5 5',
  shelf: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M9.5 8.5v7M14.5 8.5v7',
  person: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8M4.5 20.5c.8-3.6 3.6-5.5 7.5-5.5s6.7 1.9 7.5 5.5',
  info: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 11v5.5M12 7.6v.2',
  replay: 'M4 12a8 8 0 1 0 2.5-5.8L4 8.5M4 4v4.5h4.5',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 7v5l3.5 2',
  clock_off: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 7v5l3.5 2M4 4l16 16',
} as const;

export type IconName = keyof typeof PATHS;

export const iconPath = (name: IconName): string => PATHS[name];

export function Icon({ name, size = 18, weight = 2 }: { name: IconName; size?: number; weight?: number }) {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} stroke-width={weight} />
    </svg>
  );
}
