import path from 'node:path';
import type { RecordingFacts } from '../model/recording.js';

/** What a person calls a recorded program: its own name for itself, or its script; undefined where neither is known. */
export function recordingName({ process }: RecordingFacts): string | undefined {
  if (process?.applicationName) return process.applicationName;
  const script = process?.argv?.[1];
  return script ? path.basename(script) : undefined;
}
