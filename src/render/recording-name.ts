import { scriptName } from '../analysis/member-label.js';
import type { RecordingFacts } from '../model/recording.js';

/** What a person calls a recorded program: its own name for itself, or its script; undefined where neither is known. */
export function recordingName({ process }: RecordingFacts): string | undefined {
  return process?.applicationName || scriptName(process);
}
