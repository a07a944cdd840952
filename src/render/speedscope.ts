import { type Metric, meaningOf, type Unit } from '../analysis/call-tree/metric.js';
import type { StackUsage } from '../analysis/call-tree/stack-usage.js';
import { frameLabel, OTHER_LABEL } from '../analysis/frame-label.js';
import { pathOf } from '../analysis/location.js';
import type { MemoryProfile } from '../analysis/memory-profile.js';
import type { Frame } from '../model/frame.js';
import { Interned } from './interned.js';
import { jsonPieces } from './json-pieces.js';

/** A profile of a speedscope file. */
export interface SpeedscopeProfile {
  /** As speedscope shows it. */
  readonly name: string;
  readonly unit: Unit;
  readonly usages: readonly StackUsage[];
}

/** What {@link memorySpeedscope} has of a profile, each as a profile of its own. */
const MEMORY_METRICS: readonly Metric[] = [
  'live',
  'live-objects',
  'allocated',
  'allocated-objects',
];

/** A frame of a speedscope file. */
interface SpeedscopeFrame {
  readonly name: string;
  readonly file?: string;
  /** Counts from 1. */
  readonly line?: number;
  readonly col?: number;
}

/**
 * Profiles as JSON, in pieces, in the format of speedscope, which its page opens
 * (https://www.speedscope.app/file-format-schema.json): a frame per function and line, and sampled profiles of bytes or of objects.
 * @param activeProfile which of them it shows first, from 0
 */
export function speedscopeJson(
  name: string,
  profiles: readonly SpeedscopeProfile[],
  activeProfile: number,
): Generator<string> {
  const frames = new Interned<SpeedscopeFrame>();
  return jsonPieces({
    $schema: 'https://www.speedscope.app/file-format-schema.json',
    exporter: 'heapprof',
    name,
    activeProfileIndex: activeProfile,
    profiles: sampledProfiles(profiles, frames),
    // Written after the profiles, which find them.
    shared: { frames: frames.items },
  });
}

/** One after the other, so that they are not in memory together. */
function* sampledProfiles(
  profiles: readonly SpeedscopeProfile[],
  frames: Interned<SpeedscopeFrame>,
): Generator<Record<string, unknown>> {
  for (const profile of profiles) yield sampledProfile(profile, frames);
}

/**
 * Live and allocated memory, each by bytes and by objects, as {@link speedscopeJson} has it.
 * @param name what a person calls the recording
 * @param first what speedscope shows first; what it does not have is `live`
 */
export function memorySpeedscope(
  name: string,
  memory: MemoryProfile,
  first: Metric,
): Generator<string> {
  const profiles = MEMORY_METRICS.map((metric) => {
    const { dimension, unit } = meaningOf(metric);
    const usages = dimension === 'live' ? memory.live : memory.allocated;
    return { name: `${name}: ${dimension} ${unit}`, unit, usages };
  });
  const place = MEMORY_METRICS.indexOf(first);
  return speedscopeJson(name, profiles, Math.max(place, 0));
}

function sampledProfile(
  { name, unit, usages }: SpeedscopeProfile,
  frames: Interned<SpeedscopeFrame>,
): Record<string, unknown> {
  const stacks = new Interned<{ readonly sample: readonly number[]; amount: number }>();
  for (const usage of usages) {
    const sample =
      usage.frames.length === 0
        ? [frames.indexOf(OTHER_LABEL, () => ({ name: OTHER_LABEL }))]
        : usage.frames.map((frame) => frames.indexOf(frameLabel(frame), () => frameOf(frame)));
    const stack = stacks.indexOf(sample.join(), () => ({ sample, amount: 0 }));
    stacks.items[stack]!.amount += usage[unit];
  }
  const sampled = stacks.items.filter(({ amount }) => amount > 0);
  return {
    type: 'sampled',
    name,
    unit: unit === 'bytes' ? 'bytes' : 'none',
    startValue: 0,
    endValue: sampled.reduce((sum, { amount }) => sum + amount, 0),
    samples: sampled.map(({ sample }) => sample),
    weights: sampled.map(({ amount }) => amount),
  };
}

/** Speedscope knows frames apart by name, file, line and column; anonymous functions are named after their lines. */
function frameOf(frame: Frame): SpeedscopeFrame {
  return {
    name: frame.functionName === '' ? frameLabel(frame) : frame.functionName,
    ...(frame.file !== '' && { file: pathOf(frame.file) }),
    ...(frame.line > 0 && { line: frame.line }),
  };
}
