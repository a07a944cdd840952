import type { Kind } from './event.js';
import type { Sampling } from './sampling.js';

/** What is known of a recording as a whole: the head of its `.hpm`. */
export interface RecordingFacts {
  /** File version: 1 is the original heapprof's. */
  readonly version: 1 | 2;
  /** Random number that the files of one recording share, as 16 hexadecimal digits; zeros in version 1. */
  readonly recordingId: string;
  /** Wall clock at the start, microseconds since 1970-01-01 UTC. */
  readonly startWallMicros: number;
  /** What the file says beyond `startWallMicros`, nanoseconds from 0 to 999; in version 1 only. */
  readonly startWallNanos?: number;
  /** Monotonic clock at the start, microseconds; its zero is the machine's. Absent in version 1. */
  readonly startMonotonicMicros?: number;
  readonly sampling: Sampling;
  /** Absent in version 1. */
  readonly process?: ProcessFacts;
}

/** What version 2 knows of the recorded program. Fields are absent where the file does not have them. */
export interface ProcessFacts {
  readonly engine?: string;
  readonly engineReason?: string;
  readonly heapprofVersion?: string;
  readonly nodeVersion?: string;
  readonly v8Version?: string;
  readonly platform?: string;
  readonly arch?: string;
  readonly pid?: number;
  readonly threadId?: number;
  readonly argv?: readonly string[];
  readonly execArgv?: readonly string[];
  readonly cwd?: string;
  readonly applicationName?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly stackDepth?: number;
  readonly kinds?: readonly Kind[];
  readonly types?: boolean;
  /** What all recordings of one run of a program have in common: 16 hexadecimal digits. */
  readonly family?: string;
  /** Of a worker thread: the name that it was given. */
  readonly threadName?: string;
  /** `function` where the lines of frames in traces of the kind `heap` are those where functions begin. Absent where they are exact. */
  readonly lines?: string;
}

/** How a recording ended: what its end block says. */
export interface RecordingEnd {
  readonly timeMicros: number;
  readonly reason: 'stop' | 'exit' | 'error';
  readonly message?: string;
  /** Events written. */
  readonly events: number;
  /** Those of them whose stack was lost. */
  readonly unresolvedEvents: number;
  /** Allocations that V8 showed to the engine, logged or not; for the engine `polling`, those that V8's own sampler has taken. */
  readonly steps?: number;
  /** Of these, those that were born and died between two polls. */
  readonly unseenSamples?: number;
}
