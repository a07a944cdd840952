const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/** Steps of the axis in seconds, at which people read clocks. */
export const TIME_STEPS: readonly number[] = [
  0.001,
  0.002,
  0.005,
  0.01,
  0.02,
  0.05,
  0.1,
  0.2,
  0.5,
  ...[1, 2, 5, 10, 15, 30],
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500].map((days) => days * DAY),
];

/** Steps of an axis of bytes: halves and doubles of the units. */
export const BYTE_STEPS: readonly number[] = Array.from({ length: 52 }, (_, k) => 2 ** k);

/**
 * A time since the start as precisely as a step asks for it: `3h 07m`, `3h 07m 12s`, `12.35s`.
 * @param step in seconds; what is smaller is not told
 */
export function timeText(seconds: number, step: number): string {
  const decimals = step >= 1 ? 0 : Math.min(Math.ceil(-Math.log10(step) - 1e-9), 3);
  const rounded = Number(seconds.toFixed(decimals));
  const days = Math.floor(rounded / DAY);
  const hours = Math.floor((rounded % DAY) / HOUR);
  const minutes = Math.floor((rounded % HOUR) / MINUTE);
  const rest = (rounded % MINUTE).toFixed(decimals);
  if (rounded === 0) return '0';
  const parts = [
    { text: String(days), unit: 'd', isNeeded: days > 0 },
    { text: String(hours), unit: 'h', isNeeded: hours > 0 || (days > 0 && step < DAY) },
    { text: String(minutes), unit: 'm', isNeeded: minutes > 0 || (rounded >= HOUR && step < HOUR) },
    { text: rest, unit: 's', isNeeded: Number(rest) > 0 || step < MINUTE },
  ].filter(({ isNeeded }) => isNeeded);
  return parts
    .map(({ text, unit }, k) => {
      const wholeDigits = text.indexOf('.') < 0 ? text.length : text.indexOf('.');
      return `${k > 0 && wholeDigits < 2 ? '0' : ''}${text}${unit}`;
    })
    .join(' ');
}

/** The step to which times are told where so much is seen. */
export function timeStepOf({ from, to }: { readonly from: number; readonly to: number }): number {
  const span = to - from;
  if (span >= 12 * HOUR) return MINUTE;
  if (span >= 10 * MINUTE) return 1;
  if (span >= 10) return 0.1;
  return span >= 1 ? 0.01 : 0.001;
}
