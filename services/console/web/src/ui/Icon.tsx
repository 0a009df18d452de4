// One small set of line icons, drawn for 20 × 20; no icon font, no library.
const paths = {
  today: 'M4 5.5h12v11H4zM4 9h12M7 3.5v3.5M13 3.5v3.5M7.5 12.5l2 2 3.5-3.5',
  people: 'M7.5 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM2 16.5c0-3 2.5-5 5.5-5s5.5 2 5.5 5M13 4a3 3 0 0 1 0 5.5M15 12c2 .700 3 2.5 3 4.5',
  file: 'M5 2.5h7l3.5 3.5v11.5H5zM12 2.5V6h3.5M10 9v5M7.5 11.5h5',
  review: 'M10 2.5 16 5v5c0 4-2.5 6.5-6 8-3.5-1.5-6-4-6-8V5zM7.5 10l2 2 3.5-3.5',
  booking: 'M3 8h14M5 8v8.5M15 8v8.5M6 8c0-3 1.5-4.5 4-4.5S14 5 14 8M8 13h4',
  message: 'M3 4h14v10H9l-4 3v-3H3zM6.5 8h7M6.5 11h4',
  board: 'M3 17h14M5 14V9M9 14V4M13 14v-6M17 14v-3',
  run: 'M10 4V2M10 10V6M10 10l3 2M4 6.5A7 7 0 1 0 10 3.5',
  rules: 'M4 5h12M4 10h12M4 15h12M7.5 3.5v3M12.5 8.5v3M6 13.5v3',
  staff: 'M4 3.5h12v13H4zM10 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM6.5 14.5c.300-1.7 1.7-2.7 3.5-2.7s3.2 1 3.5 2.7',
  store: 'M3 8l1.500-4.500h11L17 8M3 8h14M4 8v8.500h12V8M8 16.500V12h4v4.500',
  up: 'M4.500 12 10 6.500 15.500 12',
  upload: 'M10 13V3M6 7l4-4 4 4M3.500 12v5h13v-5',
  bin: 'M3.500 5.500h13M8 5.500v-2h4v2M5 5.500l.800 12h8.400l.800-12M8.500 9v5M11.500 9v5',
  bell: 'M5 14V9a5 5 0 0 1 10 0v5l1.500 1.500h-13zM8.500 17.500h3',
  shield: 'M10 2.500 16 5v5c0 4-2.500 6.500-6 8-3.500-1.500-6-4-6-8V5zM10 7v3.500M10 13v.010',
  key: 'M7 13a3.5 3.5 0 1 1 3.3-4.5H17v3h-2v2h-2.5v-2H10.3A3.5 3.5 0 0 1 7 13Z',
  audit: 'M6 2.5h8v3H6zM6 4H4v13.500h12V4h-2M7 9h6M7 12h6M7 15h3',
  more: 'M4 10h.010M10 10h.010M16 10h.010',
  search: 'M9 15A6 6 0 1 0 9 3a6 6 0 0 0 0 12ZM13.5 13.5 17 17',
  plus: 'M10 4v12M4 10h12',
  check: 'M4 10.5 8 14.5 16 6',
  cross: 'M5 5l10 10M15 5 5 15',
  alert: 'M10 3 18 16.5H2zM10 8v4M10 14.2v.010',
  clock: 'M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15ZM10 5.5V10l3 2',
  right: 'M8 4.5 13.5 10 8 15.5',
  left: 'M12 4.5 6.5 10l5.5 5.5',
  down: 'M4.5 8 10 13.5 15.5 8',
  eye: 'M2 10c2-4 4.5-6 8-6s6 2 8 6c-2 4-4.5 6-8 6s-6-2-8-6ZM10 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z',
  copy: 'M7 7h9.5v9.5H7zM13 7V3.5H3.5V13H7',
  out: 'M8 3.5H4v13h4M8 10h9M13.5 6.5 17 10l-3.5 3.5',
  world: 'M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15ZM2.5 10h15M10 2.5c5 5 5 10 0 15M10 2.5c-5 5-5 10 0 15',
  columns: 'M3 4h14v12H3zM8 4v12M13 4v12',
  screen: 'M3 4h14v9H3zM8 16.5h4M10 13v3.5',
  phone: 'M5 3h3l1.5 4L7.5 8.5c1 2 2 3 4 4L13 10.5l4 1.5v3c0 1-1 2-2 2C8.5 17 3 11.5 3 5c0-1 1-2 2-2Z',
  lock: 'M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9M10 12v2',
  edit: 'M4 16.5v-3L13.5 4l3 3L7 16.5zM11.5 6l3 3',
  swap: 'M3 7h12M12 4l3 3-3 3M17 13H5M8 10l-3 3 3 3',
  flag: 'M5 17.5V3M5 3.5h10.5L13 7.5l2.5 4H5',
  leaf: 'M4 16c0-8 5-12 13-12 0 8-5 12-11 11M4 17c2-4 5-7 8-8.5',
} as const

/** Name of an icon. */
export type IconName = keyof typeof paths

/** An icon in the colour of its text; always beside a word, so hidden from readers. */
export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 20 20" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth={name === 'more' ? 2.6 : 1.5} strokeLinecap="round" strokeLinejoin="round">
      <path d={paths[name]} />
    </svg>
  )
}
