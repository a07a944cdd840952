import { statSync } from 'node:fs';
import { FormatError } from '../../base/errors.js';
import type { Block } from '../../format/block.js';
import { BLOCK_HEADER_BYTES } from '../../format/constants.js';
import type { Damage } from '../../format/log.js';

/** What was found out about one file. */
export interface FileCheck {
  readonly file: string;
  readonly sizeBytes: number;
  /** What it holds, by name (`blocks`, `events`, `traces`, …), in the order in which a person wants to read it. */
  readonly counts: Readonly<Record<string, number>>;
  /** Bytes of the incomplete block, event or trace that it ends with: the program was killed, or is still writing. That is no damage. */
  readonly cutBytes: number;
  /** Parts that cannot be used; readers skip them. */
  readonly damage: readonly Damage[];
  /** Whole blocks that say what cannot be: readers take them as well as they can. */
  readonly contradictions: readonly Damage[];
  /** Sentences: what could not be checked, and why. */
  readonly notes: readonly string[];
}

/** Collects what is found out about a file. */
export class Findings implements FileCheck {
  readonly file: string;
  readonly sizeBytes: number;
  cutBytes = 0;
  readonly counts: Record<string, number> = {};
  readonly damage: Damage[] = [];
  readonly contradictions: Damage[] = [];
  readonly notes: string[] = [];

  constructor(file: string) {
    this.file = file;
    this.sizeBytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Adds to a count. */
  count(name: string, more: number): void {
    this.counts[name] = (this.counts[name] ?? 0) + more;
  }

  /** A block says what cannot be. `problem`: a sentence. */
  contradict(block: Block, problem: string): void {
    const bytes = BLOCK_HEADER_BYTES + block.payload.length;
    this.contradictAt(block.offset, bytes, problem);
  }

  /** Bytes from an offset on say what cannot be. `problem`: a sentence. */
  contradictAt(offset: number, bytes: number, problem: string): void {
    this.contradictions.push({ file: this.file, offset, bytes, reason: problem });
  }

  /** All from an offset on cannot be used. */
  lose(offset: number, reason: string): void {
    this.damage.push({ file: this.file, offset, bytes: this.sizeBytes - offset, reason });
  }

  /**
   * Does a part of the check. Where a reader would refuse the file, the rest of it is damaged.
   * @returns what `action` does; undefined where the file was refused
   */
  refusable<T>(action: () => T): T | undefined {
    try {
      return action();
    } catch (error) {
      if (!(error instanceof FormatError) || error.file !== this.file) throw error;
      this.lose(error.offset, `The file cannot be read: ${error.message}`);
      return undefined;
    }
  }
}
