import { gzipSync } from 'node:zlib';
import { foldTemporary } from '../../analysis/call-tree/temporary-fold.js';
import { type TemporaryFrees, temporaryFrees } from '../../analysis/call-tree/temporary-frees.js';
import { gcTable } from '../../analysis/gc-table.js';
import { MemoryBytes } from '../../format/byte-source.js';
import type { Member } from '../../format/family.js';
import { DigestFile } from '../../format/hpc-file.js';
import { UsageColumns } from '../../format/usage-columns.js';
import type { ProfileReader } from '../../reader/profile-reader.js';
import { recordingInfo } from '../recording-info.js';
import { encodeDigest } from './digest-section.js';
import { attempt, type Findings } from './find-in-logs.js';
import type { Finding, ReportFacts, ReportSections } from './report-data.js';
import { encodeTemporary } from './temporary-section.js';
import { encodeTraces } from './traces-section.js';

/** The parts of a report, with all that the reader's digest has. */
export function packSections(reader: ProfileReader, found: Findings): ReportSections {
  return new SectionPacker(reader, found).pack();
}

/** Packs the parts of a report with one digest, once or with more and more left out. */
export class SectionPacker {
  readonly #reader: ProfileReader;
  readonly #found: Findings;
  /** The trace index that stands for trace 0, of each member. */
  readonly #firstTraces: readonly number[];
  readonly #temporary: Finding<TemporaryFrees>;
  readonly #digest: DigestFile;
  readonly #packedDigest: string;
  readonly #gc: ReportFacts['gc'];

  /** @throws HeapprofError if the reader has no digest, or the logs cannot be read. */
  constructor(reader: ProfileReader, found: Findings) {
    this.#reader = reader;
    this.#found = found;
    const { members = [] } = reader.hpc;
    this.#firstTraces = [0, ...members.map(({ firstTrace }) => firstTrace)];
    this.#temporary = attempt(() => temporaryFrees(reader, this.#firstTraces));
    this.#digest = new DigestFile(new MemoryBytes(reader.filebase, reader.digestBytes()));
    this.#packedDigest = pack(encodeDigest(this.#digest));
    this.#gc = gcTable(reader);
  }

  /** What a report has at least, however much is folded. */
  get leastCharacters(): number {
    return this.#packedDigest.length;
  }

  /**
   * @param precision fraction of the bytes of temporary memory that may be folded into "other"; 0 folds nothing
   * @param coarsened see {@link ReportFacts}
   */
  pack(precision = 0, coarsened?: string): ReportSections {
    const { survey, ...found } = this.#found;
    const reader = this.#reader;
    const used = new UsedTraces(reader.members, this.#firstTraces);
    used.addDigest(this.#digest);
    const temporary = 'value' in this.#temporary ? this.#folded(precision) : undefined;
    if (temporary) used.add(temporary.traces.length, temporary);
    const facts: ReportFacts = {
      ...found,
      ...(coarsened !== undefined && { coarsened }),
      info: recordingInfo(reader, survey),
      members: reader.members.map(({ suffix, facts }) => ({ suffix, facts })),
      ...('unavailable' in this.#temporary && { noTemporary: this.#temporary.unavailable }),
      gc: this.#gc,
    };
    return {
      facts: pack(Buffer.from(JSON.stringify(facts))),
      digest: this.#packedDigest,
      traces: pack(encodeTraces(reader.hpm.traces, used.traces, used.types)),
      ...(temporary && { temporary: pack(encodeTemporary(temporary)) }),
    };
  }

  #folded(precision: number): TemporaryFrees {
    const { value } = this.#temporary as { readonly value: TemporaryFrees };
    if (precision === 0) return value;
    const { members, hpc } = this.#reader;
    const counting = members.map(({ facts: { sampling } }, number) => ({
      firstTrace: this.#firstTraces[number]!,
      sampling,
    }));
    return foldTemporary(value, precision, counting, hpc.weight);
  }
}

/** What rows refer to: traces, and names of types of each recording. */
class UsedTraces {
  readonly traces = new Set<number>();
  readonly types: readonly Map<number, string>[];
  readonly #members: readonly Member[];
  readonly #firstTraces: readonly number[];

  constructor(members: readonly Member[], firstTraces: readonly number[]) {
    this.#members = members;
    this.#firstTraces = firstTraces;
    this.types = members.map(() => new Map());
  }

  addDigest(digest: DigestFile): void {
    const live = new UsageColumns();
    const allocated = new UsageColumns();
    for (const entry of digest.index) {
      digest.readSnapshot(entry, live, allocated);
      this.add(live.count, live);
      this.add(allocated.count, allocated);
    }
  }

  /** @param rows rise by trace; the first `count` of them are valid */
  add(
    count: number,
    { traces, typeKinds }: Readonly<Record<'traces' | 'typeKinds', Uint32Array>>,
  ): void {
    let member = 0;
    for (let row = 0; row < count; row++) {
      const trace = traces[row]!;
      while (trace >= (this.#firstTraces[member + 1] ?? Number.POSITIVE_INFINITY)) member++;
      if (trace !== this.#firstTraces[member]) this.traces.add(trace);
      const type = typeKinds[row]! >>> 1;
      const names = this.types[member]!;
      if (type > 0 && !names.has(type)) {
        names.set(type, this.#members[member]!.traces.string(type));
      }
    }
  }
}

function pack(bytes: Uint8Array): string {
  // The highest level takes three times as long for a hundredth less.
  return gzipSync(bytes, { level: 6 }).toString('base64');
}
