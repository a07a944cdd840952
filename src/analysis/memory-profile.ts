import type { Kind } from '../model/event.js';
import { allocatedUsage, liveUsage, type StackUsage } from './call-tree/stack-usage.js';
import { type ChosenTime, chooseTime, type TimeOptions } from './call-tree/time-choice.js';
import type { Profile } from './profile.js';
import { shortPath } from './short-path.js';

/** What was live at a time, and what had been allocated by then; of a range, what was live on average and allocated within it. */
export interface MemoryProfile extends Pick<ChosenTime, 'fromSeconds' | 'toSeconds' | 'isInstant'> {
  readonly live: readonly StackUsage[];
  readonly allocated: readonly StackUsage[];
}

/**
 * Live and allocated memory by stack, type, kind and thread, as the profiles of other tools have it.
 * @throws RangeError for a time that there cannot be.
 */
export function memoryProfile(profile: Profile, options: TimeOptions, kind?: Kind): MemoryProfile {
  const time = chooseTime(profile.totals, options, kind);
  const { fromSeconds, toSeconds, isInstant } = time;
  return {
    fromSeconds,
    toSeconds,
    isInstant,
    live: liveUsage(profile, time, kind),
    allocated: allocatedUsage(profile, time, kind),
  };
}

/** The same with paths relative to a folder where they lie within, so that recordings that were made in different folders can be compared. */
export function relativeTo(memory: MemoryProfile, cwd: string | undefined): MemoryProfile {
  const relative = ({ frames, ...usage }: StackUsage): StackUsage => ({
    ...usage,
    frames: frames.map((frame) => ({ ...frame, file: shortPath(frame.file, cwd) })),
  });
  return { ...memory, live: memory.live.map(relative), allocated: memory.allocated.map(relative) };
}
