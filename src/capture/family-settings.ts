import type { ChosenEngine } from './engine-choice.js';
import type { CheckedOptions } from './start-options.js';

/** What a thread or a child process needs to be recorded as a member of a family. Goes through JSON. */
export interface FamilySettings {
  /** 16 hexadecimal digits that all recordings of the family have. */
  readonly family: string;
  /** Absolute path without suffix, which those of the members begin with: the root's, or within a process that of the process. */
  readonly filebase: string;
  readonly options: CheckedOptions;
  /** For the drawing of samples; random if undefined. */
  readonly seed: number | undefined;
}

/** What the threads of one process are recorded with. */
export interface ProcessSettings extends FamilySettings {
  /** The engine that the main thread has. */
  readonly chosen: ChosenEngine;
}
