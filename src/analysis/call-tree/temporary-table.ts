import { RowFolder } from '../../digest/fold.js';
import { wholeNumber } from '../../digest/whole-number.js';
import { UsageColumns } from '../../format/usage-columns.js';
import type { UsageRow } from '../../model/snapshot.js';
import { ObjectLives } from '../object-lives.js';
import type { LoggedProfile, Profile } from '../profile.js';

/** Temporary memory of a whole recording, to be looked up by time: what `temporaryUsage` reads from the logs. */
export interface TemporaryTable {
  /**
   * Of a snapshot (index from 0), what was freed since the one before and had not survived a garbage collection.
   * @throws DecodeError if it is damaged.
   */
  at(index: number): readonly UsageRow[];
}

/**
 * Temporary memory by snapshot, in one pass over each log: rows as those of the digest, with traces that count as its own do.
 * @param firstTraces the trace index that stands for trace 0, of each member
 * @param precision fraction of the bytes of each snapshot that may be folded into trace 0
 * @throws HeapprofError if a log cannot be read, or is of version 1, which has no ages.
 */
export function temporaryColumns(
  profile: LoggedProfile & Pick<Profile, 'totals'>,
  firstTraces: readonly number[],
  precision: number,
): UsageColumns[] {
  const ends = profile.totals.map(({ timeMicros }) => timeMicros);
  const columns = ends.map(() => new UsageColumns());
  for (const number of profile.members.keys()) {
    addMember(profile, number, firstTraces[number]!, ends, columns);
  }
  const folder = new RowFolder();
  return columns.map((rows) => {
    const folded = new UsageColumns();
    folder.fold(rows, precision, firstTraces, folded);
    return folded;
  });
}

/** What one trace had of one type, in one stretch of time. */
interface SlotSum {
  /** Both as the member's own log counts. */
  readonly trace: number;
  readonly typeKind: number;
  bytes: number;
  objects: number;
  bytesVariance: number;
  objectsVariance: number;
}

/** Adds the rows of one member, which come after those of the members before it. */
function addMember(
  profile: LoggedProfile,
  number: number,
  firstTrace: number,
  ends: readonly number[],
  columns: readonly UsageColumns[],
): void {
  const { startMicros } = profile.members[number]!;
  const lives = new ObjectLives(profile, number);
  const sums = new Map<number, SlotSum>();
  let index = 0;
  const flush = () => {
    const rows = [...sums.values()].sort((a, b) => a.trace - b.trace || a.typeKind - b.typeKind);
    for (const { trace, typeKind, bytes, objects, bytesVariance, objectsVariance } of rows) {
      columns[index]!.push(
        firstTrace + trace,
        typeKind,
        wholeNumber(bytes),
        wholeNumber(objects),
        wholeNumber(Math.sqrt(bytesVariance)),
        wholeNumber(Math.sqrt(objectsVariance)),
      );
    }
    sums.clear();
  };
  lives.visit({
    allocated: () => {},
    freed: (slot, _born, diedMicros, sizeBytes, weight, _age, survived) => {
      const micros = diedMicros + startMicros;
      if (survived > 0 || micros > ends.at(-1)!) return;
      // Events come in the order of time.
      for (; micros > ends[index]!; index++) flush();
      let sum = sums.get(slot);
      if (sum === undefined) {
        const { trace, typeKind } = lives.columnsOf(slot);
        sum = { trace, typeKind, bytes: 0, objects: 0, bytesVariance: 0, objectsVariance: 0 };
        sums.set(slot, sum);
      }
      // As in the digest: Horvitz and Thompson's estimator.
      const variance = weight * (weight - 1);
      sum.bytes += weight * sizeBytes;
      sum.objects += weight;
      sum.bytesVariance += variance * sizeBytes ** 2;
      sum.objectsVariance += variance;
    },
  });
  flush();
}
