const BYTE_UNITS = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/**
 * Bytes for a person to read, in powers of 1024, with one decimal from KiB on:
 * `formatBytes(12_345_678)` is `'11.8 MiB'`, `formatBytes(512)` is `'512 B'`.
 */
export function formatBytes(bytes: number): string {
  const sign = bytes < 0 ? '-' : '';
  let amount = Math.abs(bytes);
  if (!(amount >= 1023.5)) return `${sign}${Math.round(amount)} B`;
  let unit = -1;
  // 1023.95 is where one decimal would round up to 1024.0 of the smaller unit.
  while ((unit < 0 || amount >= 1023.95) && unit < BYTE_UNITS.length - 1) {
    amount /= 1024;
    unit += 1;
  }
  return `${sign}${amount.toFixed(1)} ${BYTE_UNITS[unit]}`;
}

/**
 * A duration in microseconds for a person to read, in the two units that matter most:
 * `'0 µs'`, `'340 ms'`, `'2.50 s'`, `'1m 05s'`, `'3h 07m'`, `'2d 04h'`.
 */
export function formatDuration(micros: number): string {
  const sign = micros < 0 ? '-' : '';
  const amount = Math.abs(micros);
  if (amount < 999.5) return `${sign}${Math.round(amount)} µs`;
  if (amount < 999.5e3) return `${sign}${Math.round(amount / 1e3)} ms`;
  if (amount < 59.995e6) return `${sign}${(amount / 1e6).toFixed(2)} s`;
  const seconds = Math.round(amount / 1e6);
  if (seconds < 3600) return `${sign}${twoUnits(seconds, 60, 'm', 's')}`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return `${sign}${twoUnits(minutes, 60, 'h', 'm')}`;
  return `${sign}${twoUnits(Math.round(minutes / 60), 24, 'd', 'h')}`;
}

function twoUnits(amount: number, perLarge: number, large: string, small: string): string {
  const rest = String(amount % perLarge).padStart(2, '0');
  return `${Math.floor(amount / perLarge)}${large} ${rest}${small}`;
}
