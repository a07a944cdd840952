import type { RecoveredMember, Recovery } from '../analysis/recover/recover.js';
import { formatCount } from './numbers.js';
import { sanitize } from './sanitize.js';

/** What was saved of a recording, as lines for a person. */
export function recoverText({ members, leftOut }: Recovery): string[] {
  return [
    ...members.flatMap(memberLines),
    ...leftOut.map(({ reason }) => sanitize(`left out: ${reason}`)),
  ];
}

function memberLines({ filebase, metadata, log }: RecoveredMember): string[] {
  const { lostEvents = 0 } = log;
  const { lostStrings, lostFrames, lostTraces } = metadata;
  const figures: readonly (readonly [what: string, count: number])[] = [
    ['events', log.events],
    ['events lost', lostEvents],
    ['damaged bytes of the log', log.damagedBytes],
    ['damaged bytes of the metadata', metadata.damagedBytes],
    ['unfinished bytes at the end', log.cutBytes + metadata.cutBytes],
    ['strings lost, which read (lost)', lostStrings],
    ['frames lost, which read (lost)', lostFrames],
    ['traces lost, which read (lost)', lostTraces],
    ['blocks of events written anew, without what is not in the metadata', log.repairedBlocks],
    ['frees of objects whose allocation is lost', log.freesWithoutAllocation],
  ];
  return [
    sanitize(`${filebase}.hpm, ${filebase}.hpd`),
    ...figures
      .filter(([what, count]) => count > 0 || what === 'events')
      .map(([what, count]) => `  ${what}: ${formatCount(count)}`),
  ];
}
