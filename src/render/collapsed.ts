import type { Unit } from '../analysis/call-tree/metric.js';
import type { FlameStack } from '../analysis/flame-graph.js';
import { sanitize } from './sanitize.js';

/**
 * Stacks as collapsed stacks, the format of Brendan Gregg's flamegraph.pl: a line per stack,
 * `outermost;…;innermost bytes`, or objects; rounded, and left out where that is 0. A semicolon within a name becomes a comma,
 * since nothing can escape it. Lines end with a line feed.
 */
export function* collapsedStacks(
  stacks: Iterable<FlameStack>,
  unit: Unit = 'bytes',
): Generator<string> {
  for (const { labels, [unit]: amount } of stacks) {
    const names = labels.map((label) => sanitize(label).replaceAll(';', ','));
    const count = Math.round(amount);
    if (count !== 0) yield `${names.join(';')} ${count}\n`;
  }
}
