import { writeSync } from 'node:fs';

/**
 * Writes one message to stderr, if that can be done now. Not by `console.error()`: what that sets up belongs to the program.
 */
export function tell(message: string): void {
  try {
    writeSync(2, `heapprof: ${message}\n`);
  } catch {
    // Closed, or full and not waited for.
  }
}
