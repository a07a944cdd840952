import type { FlameGraph } from '../analysis/flame-graph.js';
import { sanitize } from './sanitize.js';

/**
 * A flame graph as collapsed stacks, the format of Brendan Gregg's flamegraph.pl: a line per stack,
 * `outermost;…;innermost bytes`. A semicolon within a name becomes a comma, since nothing can escape it.
 */
export function collapsedStacks(graph: FlameGraph): string {
  return graph.stacks
    .map(({ labels, bytes }) => {
      const names = labels.map((label) => sanitize(label).replaceAll(';', ','));
      return `${names.join(';')} ${bytes}\n`;
    })
    .join('');
}
