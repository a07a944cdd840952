import type { TimeArgument } from './arguments.js';
import { UsageError } from './errors.js';

/**
 * The range of `--from` and `--to` in seconds since the start of a recording.
 * @throws UsageError if it ends before it starts.
 */
export function rangeOf(
  options: { readonly from?: TimeArgument; readonly to?: TimeArgument },
  recording: { readonly initialTime: number },
): { from?: number; to?: number } {
  const from = options.from?.(recording.initialTime);
  const to = options.to?.(recording.initialTime);
  if (from !== undefined && to !== undefined && from > to) {
    throw new UsageError(`--from (${from} s) is later than --to (${to} s).`);
  }
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}
