import { functionPatternText } from '../../analysis/call-tree/pattern-text.js';
import type { Frame } from '../../model/frame.js';
import type { CallSettings } from './call-settings.js';

/** Something that can be done with a frame. */
export interface FrameAction {
  readonly name: string;
  readonly hint: string;
  readonly run: () => void;
}

/**
 * What can be done with a frame's function besides zooming; nothing with what stands for no code.
 * @param frames those of the tree */
export function frameActions(
  frame: Frame,
  frames: readonly Frame[],
  settings: CallSettings,
): FrameAction[] {
  const pattern = functionPatternText(frame, frames);
  if (pattern === undefined) return [];
  const { view, inspect, focus, hide, zoom } = settings;
  const withPattern = (patterns: readonly string[]) => [...new Set([...patterns, pattern])];
  return [
    {
      name: 'Inspect',
      hint: 'Put this function into the middle: its callers above it, what it calls below',
      run: () => {
        inspect.value = pattern;
        view.value = 'inspect';
        zoom.value = '';
      },
    },
    {
      name: 'Focus',
      hint: 'Only stacks with this function',
      run: () => {
        focus.value = withPattern(focus.value);
        zoom.value = '';
      },
    },
    {
      name: 'Hide',
      hint: 'Leave this function out; what it used is its caller’s',
      run: () => {
        hide.value = withPattern(hide.value);
      },
    },
  ];
}
