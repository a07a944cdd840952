import { readdirSync } from 'node:fs';
import path from 'node:path';
import { openRecording } from '../../src/format/open.js';
import type { ProcessFacts, RecordingEnd } from '../../src/model/recording.js';
import { eventsIn } from './record.js';

/** What a test asks of one recording of a family. */
export interface MemberSummary {
  readonly facts: ProcessFacts;
  readonly end: RecordingEnd | undefined;
  /** Objects of the function that keeps them in test/fixtures/keep.cjs that were logged. */
  readonly kept: number;
}

/** The recordings whose files begin with a filebase, by what follows that; the root's is the empty text. */
export function membersOf(filebase: string): Record<string, MemberSummary> {
  const name = path.basename(filebase);
  const members: Record<string, MemberSummary> = {};
  for (const file of readdirSync(path.dirname(filebase)).sort()) {
    if (!file.startsWith(name) || !file.endsWith('.hpm')) continue;
    const suffix = file.slice(name.length, -'.hpm'.length);
    members[suffix] = summarize(filebase + suffix);
  }
  return members;
}

function summarize(filebase: string): MemberSummary {
  const recording = openRecording(filebase);
  let end: RecordingEnd | undefined;
  for (const item of recording.log.items()) if (item.item === 'end') end = item.end;
  recording.close();
  const kept = eventsIn(filebase, 'keep.cjs').filter(
    ({ operation, frame }) => operation === 'allocation' && frame?.functionName === 'keep',
  ).length;
  return { facts: recording.metadata.facts.process ?? {}, end, kept };
}
