import path from 'node:path';
import type { ProcessFacts, RecordingFacts } from '../model/recording.js';

/** What the suffix of a member's name says: its process, where that is a child, and its thread, where that is a worker. */
const SUFFIX = /^(?:\.p([\d-]+))?(?:\.w(\d+))?$/;

/**
 * What a person calls a thread of a recorded program: `main`, `worker 3 "name"`, `process 4711 (script.js)`,
 * `process 4711 worker 2`.
 * @param member `suffix`: what its name has after that of the family's root, from which the label is seen
 */
export function memberLabel(member: {
  readonly suffix: string;
  readonly facts: RecordingFacts;
}): string {
  const { process } = member.facts;
  const [, child, worker] = SUFFIX.exec(member.suffix) ?? [];
  const script = scriptName(process);
  const parts = [
    child !== undefined && `process ${child}`,
    worker !== undefined && `worker ${worker}`,
    worker !== undefined && process?.threadName && `"${process.threadName}"`,
    child !== undefined && worker === undefined && script && `(${script})`,
  ];
  // A worker's recording that was opened by itself is a root too.
  const alone = process?.threadId ? `worker ${process.threadId}` : 'main';
  return parts.filter(Boolean).join(' ') || alone;
}

/** The name of a process's script without its folders; undefined where it is not known. */
export function scriptName(process: ProcessFacts | undefined): string | undefined {
  const script = process?.argv?.[1];
  return script ? path.basename(script) : undefined;
}
