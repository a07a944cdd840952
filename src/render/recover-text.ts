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
  const { events, lostEvents, damagedBytes, cutBytes } = log;
  const { lostStrings, lostFrames, lostTraces } = metadata;
  const lines = [
    lostEvents === undefined || lostEvents === 0
      ? `${formatCount(events)} events`
      : `${formatCount(events)} events; ${formatCount(lostEvents)} are lost`,
    damagedBytes > 0 && `${formatCount(damagedBytes)} bytes of the log were damaged`,
    metadata.damagedBytes > 0 &&
      `${formatCount(metadata.damagedBytes)} bytes of the metadata were damaged`,
    cutBytes + metadata.cutBytes > 0 &&
      `${formatCount(cutBytes + metadata.cutBytes)} bytes were unfinished`,
    lostStrings + lostFrames + lostTraces > 0 &&
      `${formatCount(lostStrings)} strings, ${formatCount(lostFrames)} frames and ${formatCount(lostTraces)} traces are lost, and are called (lost)`,
    log.repairedBlocks > 0 &&
      `${formatCount(log.repairedBlocks)} blocks of events had something in them that cannot be, such as traces that are lost, and were written anew`,
    log.freesWithoutAllocation > 0 &&
      `${formatCount(log.freesWithoutAllocation)} frees are of objects whose allocation is lost`,
  ].filter((line) => line !== false);
  return [sanitize(`${filebase}.hpm, ${filebase}.hpd:`), ...lines.map((line) => `  ${line}`)];
}
