import type { ComponentChildren } from 'preact';
import type { Analysis } from '../use-analysis.js';
import { shown } from './text.js';

/** What an analysis found, faint while something newer is being worked out; or why there is nothing. */
export function Working<T>({
  analysis,
  children,
}: {
  readonly analysis: Analysis<T>;
  readonly children: (value: T) => ComponentChildren;
}) {
  const { value, error, isWorking } = analysis;
  if (error !== undefined) {
    return (
      <p class="note" role="alert">
        {shown(error)}
      </p>
    );
  }
  if (value === undefined) return <p class="note">Working …</p>;
  return (
    <div class={isWorking ? 'working' : ''} aria-busy={isWorking}>
      {children(value)}
    </div>
  );
}
