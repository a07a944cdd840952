import type { ArrayBufferAccount } from '../analysis/array-buffer-account.js';
import { formatBytes } from '../base/units.js';
import { formatEstimate } from './numbers.js';

/** What V8 counts as array buffers, and where they come from: `V8 counts 12.3 MiB: 12.0 MiB ± 1% attributed, …`. */
export function accountText(account: ArrayBufferAccount): string {
  const { attributedBytes, attributedBytesError } = account;
  return (
    `V8 counts ${formatBytes(account.countedBytes)}: ` +
    `${formatEstimate(attributedBytes, attributedBytesError)} attributed, ` +
    `${formatBytes(account.earlierBytes)} from before the start, ` +
    `${formatBytes(account.unattributedBytes)} unattributed`
  );
}
