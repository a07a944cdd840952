import { totalsByKind } from '../../digest/totals.js';
import { BlockScanner } from '../../format/block.js';
import { BLOCK_HEADER_BYTES, BlockType } from '../../format/constants.js';
import { FileWindow } from '../../format/file-window.js';
import type { DigestFacts, IndexEntry } from '../../format/hpc-blocks.js';
import { type DigestFile, isEarlierDigest, TRAILER_BYTES } from '../../format/hpc-file.js';
import { InputFile } from '../../format/input-file.js';
import { looksLikeVersion1 } from '../../format/metadata-v1.js';
import { openDigest } from '../../format/open-digest.js';
import { UsageColumns } from '../../format/usage-columns.js';
import { KINDS } from '../../model/event.js';
import type { UsageTotal } from '../../model/snapshot.js';
import type { References } from './check-metadata.js';
import { Findings } from './file-check.js';

/** A recording that a digest may be made from. */
export interface DigestedLog {
  /** What its name has after the root's. */
  readonly suffix: string;
  readonly references: References;
  readonly logBytes: number;
}

/** Enough to tell the versions apart. */
const HEAD_BYTES = 20;

/**
 * Reads an `.hpc` as readers do, all its snapshots, and looks whether they are those of the index, whether their rows
 * add up to its totals, and whether the traces and types of the rows are in the metadata.
 * @param logs the recordings of the family beside it, the root first; without them references are not checked
 * @throws HeapprofError if it cannot be opened.
 */
export function checkDigest(path: string, logs?: readonly DigestedLog[]): Findings {
  const findings = new Findings(path);
  const whose = makerOf(path);
  if (whose !== 'ours') {
    findings.notes.push(`A digest of ${whose} is not read, so it was not checked.`);
    return findings;
  }
  const digest = findings.refusable(() => openDigest(path));
  if (digest === undefined) return findings;
  try {
    findings.count('snapshots', digest.index.length);
    findings.count('rows', 0);
    checkOrder(digest, findings);
    const members = membersOf(digest, logs);
    if (logs === undefined) {
      findings.notes.push('Its recording cannot be read: what rows refer to was not checked.');
    } else if (members === undefined) {
      findings.notes.push(
        'It is not of the recording as that is now, and is made again when it is needed: what rows refer to was not checked.',
      );
    }
    checkSnapshots(digest, findings, members);
  } finally {
    digest.close();
  }
  return findings;
}

function makerOf(path: string): 'ours' | 'the original heapprof' | 'an earlier heapprof' {
  const input = new InputFile(path);
  try {
    if (looksLikeVersion1(input.head(HEAD_BYTES))) return 'the original heapprof';
    return isEarlierDigest(new FileWindow(input)) ? 'an earlier heapprof' : 'ours';
  } finally {
    input.close();
  }
}

/** A member of the family and where its traces stand in the digest. */
interface Span {
  readonly firstTrace: number;
  readonly references: References;
}

/** Undefined where the digest is not of these logs as they are. */
function membersOf(
  digest: DigestFile,
  logs: readonly DigestedLog[] | undefined,
): Span[] | undefined {
  if (logs === undefined) return undefined;
  const { facts, recordingId } = digest;
  const [root, ...others] = logs;
  const inDigest = facts.members ?? [];
  const isOurs =
    recordingId === root!.references.recordingId &&
    facts.sourceBytes === logs.reduce((sum, { logBytes }) => sum + logBytes, 0) &&
    inDigest.length === others.length &&
    inDigest.every(({ suffix, recordingId }) =>
      others.some((log) => log.suffix === suffix && log.references.recordingId === recordingId),
    );
  if (!isOurs) return undefined;
  return [
    { firstTrace: 0, references: root!.references },
    ...inDigest.map(({ suffix, firstTrace }) => {
      return { firstTrace, references: others.find((log) => log.suffix === suffix)!.references };
    }),
  ];
}

/** The blocks between the first one and the index must be the snapshots of the index, without gaps. */
function checkOrder({ path, facts, index }: DigestFile, findings: Findings): void {
  const input = new InputFile(path, findings.sizeBytes - TRAILER_BYTES);
  try {
    const offsets = new Set(index.map(({ offset }) => offset));
    const scanner = new BlockScanner(new FileWindow(input));
    for (let next = scanner.next(); next !== undefined; next = scanner.next()) {
      if ('reason' in next) {
        findings.damage.push(next);
      } else {
        findings.count('blocks', 1);
        if (next.type === BlockType.snapshot && !offsets.has(next.offset)) {
          findings.contradict(next, 'The index does not have this snapshot.');
        }
      }
    }
    if (scanner.cutBytes > 0) {
      findings.damage.push({
        file: path,
        offset: scanner.position - scanner.cutBytes,
        bytes: scanner.cutBytes,
        reason: 'A block reaches beyond the end of the file.',
      });
    }
  } finally {
    input.close();
  }
  expectTimes(facts, index, findings);
}

function expectTimes(facts: DigestFacts, index: readonly IndexEntry[], findings: Findings): void {
  const wrong = index.findIndex(
    ({ totals: { timeMicros } }, k) =>
      timeMicros !== k * facts.timeIntervalMicros &&
      // The last one is the end of the log, which may come sooner.
      !(k === index.length - 1 && timeMicros < k * facts.timeIntervalMicros),
  );
  if (wrong >= 0) {
    const { offset } = index[wrong]!;
    findings.contradictAt(offset, BLOCK_HEADER_BYTES, `Snapshot ${wrong} is not at its time.`);
  }
  if (facts.elapsedMicros !== index.at(-1)!.totals.timeMicros) {
    const { offset } = index.at(-1)!;
    const problem = 'The last snapshot is not at the time at which the digest says that it ends.';
    findings.contradictAt(offset, BLOCK_HEADER_BYTES, problem);
  }
}

function checkSnapshots(
  digest: DigestFile,
  findings: Findings,
  members: readonly Span[] | undefined,
): void {
  const live = new UsageColumns();
  const allocated = new UsageColumns();
  for (const entry of digest.index) {
    const { offset, totals } = entry;
    const contradict = (problem: string) =>
      findings.contradictAt(offset, BLOCK_HEADER_BYTES, `Snapshot ${totals.index}: ${problem}.`);
    const damageCount = findings.damage.length;
    const isRead = findings.refusable(() => {
      digest.readSnapshot(entry, live, allocated);
      return true;
    });
    if (!isRead) {
      // Its block is among the damage already, unless it is only its contents that are wrong.
      const [refused] = findings.damage.splice(damageCount);
      const isKnown = findings.damage.some(
        (part) => part.offset <= offset && offset < part.offset + part.bytes,
      );
      if (!isKnown) contradict(refused!.reason);
      continue;
    }
    for (const [rows, expected] of [
      [live, totals.live],
      [allocated, totals.allocated],
    ] as const) {
      findings.count('rows', rows.count);
      if (!areInOrder(rows)) contradict('its rows are not in their order');
      const sums = totalsByKind(rows);
      if (KINDS.some((kind) => !isSame(sums[kind], expected[kind]))) {
        contradict('its rows do not add up to the totals of the index');
      }
      const lost = members === undefined ? 0 : lostReferences(rows, members);
      if (lost > 0) contradict(`${lost} of its rows have traces or types that the metadata lack`);
    }
  }
}

function areInOrder({ count, traces, typeKinds }: UsageColumns): boolean {
  for (let row = 1; row < count; row++) {
    const step = traces[row]! - traces[row - 1]! || typeKinds[row]! - typeKinds[row - 1]!;
    if (step <= 0) return false;
  }
  return true;
}

/** The errors of rows that were put together were rounded before. */
function isSame(a: UsageTotal, b: UsageTotal): boolean {
  return a.bytes === b.bytes && a.objects === b.objects;
}

function lostReferences(
  { count, traces, typeKinds }: UsageColumns,
  members: readonly Span[],
): number {
  let lost = 0;
  let member = 0;
  for (let row = 0; row < count; row++) {
    const trace = traces[row]!;
    while (member + 1 < members.length && members[member + 1]!.firstTrace <= trace) member += 1;
    const { firstTrace, references } = members[member]!;
    const isKnown =
      references.hasTrace(trace - firstTrace) && references.hasString(typeKinds[row]! >>> 1);
    if (!isKnown) lost += 1;
  }
  return lost;
}
