import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { CallTree } from '../analysis/call-tree/call-tree.js';
import { type Metric, meaningOf } from '../analysis/call-tree/metric.js';
import type { TimeOptions } from '../analysis/call-tree/time-choice.js';
import { stacksOf } from '../analysis/flame-graph.js';
import { memberLabel } from '../analysis/member-label.js';
import { memoryProfile } from '../analysis/memory-profile.js';
import type { Kind } from '../model/event.js';
import type { Reader } from '../read.js';
import { collapsedStacks } from '../render/collapsed.js';
import { heapProfileJson } from '../render/heapprofile.js';
import { PPROF_SAMPLE_TYPES, type PprofSource, pprofMessage } from '../render/pprof.js';
import { recordingName } from '../render/recording-name.js';
import { memorySpeedscope } from '../render/speedscope.js';
import { type MemoryArguments, timeOf } from './call-tree-arguments.js';
import { UsageError } from './errors.js';
import { writeOutput } from './output.js';
import { withProfile } from './profile.js';

/** What of a recording is exported, and where to. */
export interface ProfileExportOptions extends MemoryArguments {
  readonly output: string;
}

type Exporter = (filebase: string, options: ProfileExportOptions) => Promise<void>;

/** `heapprof export --format collapsed`: a line per stack, for flamegraph.pl and others. */
export const exportCollapsed = exporter((reader, options) => {
  const tree = overview(reader, options);
  return collapsedStacks(stacksOf(tree), tree.unit);
});

/** `heapprof export --format heapprofile`: for the memory panel of Chrome's DevTools. */
export const exportHeapProfile = exporter((reader, options) => {
  if (options.metric !== undefined && meaningOf(options.metric).unit !== 'bytes') {
    throw new UsageError(
      `A .heapprofile has bytes only; --metric ${options.metric} counts objects.`,
    );
  }
  return heapProfileJson(overview(reader, options));
});

/** `heapprof export --format speedscope`: live and allocated memory, each by bytes and by objects; a metric that is asked for is shown first. */
export const exportSpeedscope = exporter((reader, options, filebase) => {
  const metric = expectProfileMetric(options);
  const memory = memoryProfile(reader, timeOf(options, reader), options.kind);
  const name = recordingName(reader.hpm.facts) ?? path.basename(filebase);
  return memorySpeedscope(name, memory, metric);
});

/** `heapprof export --format pprof`: for `go tool pprof` and others; a metric that is asked for is the default. */
export const exportPprof = exporter((reader, options) => {
  const defaultType = PPROF_SAMPLE_TYPES[expectProfileMetric(options)];
  const source = pprofSource(reader, timeOf(options, reader), options.kind);
  return gzipSync(pprofMessage(source, defaultType));
});

/** What a file for pprof has of a recording. */
export function pprofSource(reader: Reader, time: TimeOptions, kind?: Kind): PprofSource {
  return {
    memory: memoryProfile(reader, time, kind),
    facts: reader.hpm.facts,
    threads: reader.members.map(memberLabel),
  };
}

function overview(reader: Reader, options: ProfileExportOptions): CallTree {
  const { metric, kind, within } = options;
  return reader.callTree({ ...timeOf(options, reader), metric, kind, within });
}

function exporter(
  render: (
    reader: Reader,
    options: ProfileExportOptions,
    filebase: string,
  ) => Iterable<string> | Uint8Array,
): Exporter {
  return (filebase, options) =>
    withProfile(filebase, (reader) => {
      writeOutput(options.output, render(reader, options, filebase));
    });
}

/** @throws UsageError for a metric that such a profile does not have. */
function expectProfileMetric({ metric = 'live' }: ProfileExportOptions): Metric {
  if (PPROF_SAMPLE_TYPES[metric] !== undefined) return metric;
  throw new UsageError(
    `This format has live and allocated memory; for --metric ${metric} take collapsed or heapprofile.`,
  );
}
