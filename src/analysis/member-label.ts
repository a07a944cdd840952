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
  const program = member.facts.process;
  const [, child, thread] = SUFFIX.exec(member.suffix) ?? [];
  // A worker's recording that was opened by itself is a root too.
  const worker =
    thread ?? (child === undefined && program?.threadId ? program.threadId : undefined);
  const script = scriptName(program);
  const parts = [
    child !== undefined && `process ${child}`,
    worker !== undefined && `worker ${worker}`,
    worker !== undefined && program?.threadName && `"${program.threadName}"`,
    child !== undefined && worker === undefined && script && `(${script})`,
  ];
  return parts.filter(Boolean).join(' ') || 'main';
}

/** The name of a process's script without its folders; undefined where it is not known. */
export function scriptName(program: ProcessFacts | undefined): string | undefined {
  const script = program?.argv?.[1];
  return script?.split('/').findLast((part) => part !== '');
}
