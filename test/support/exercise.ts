import { existsSync, rmSync } from 'node:fs';
import { surveyFamily } from '../../src/analysis/family-survey.js';
import { recover } from '../../src/analysis/recover/recover.js';
import { verify } from '../../src/analysis/verify/verify.js';
import { FormatError, HeapprofError } from '../../src/base/errors.js';
import { openFamily } from '../../src/format/family.js';
import { ProfileReader } from '../../src/reader/profile-reader.js';
import { goldenDigest, goldenFiles } from './golden-files.js';
import {
  orFormatError,
  readAllMetadata,
  readAllOfDigest,
  readAllOfLog,
} from './read-everything.js';
import { ScratchFiles } from './scratch-files.js';

/** The files that can be tried, of version 2 and of version 1. */
export const FILE_KINDS = ['hpm', 'hpd', 'hpc', 'hpm1', 'hpd1'] as const;
export type TriedFile = (typeof FILE_KINDS)[number];

/** Tries files among the whole ones of a small recording: everything that reads files, `verify` and `recover`. */
export class Exercise {
  readonly #scratch = new ScratchFiles();
  readonly #golden = goldenFiles();
  readonly #digest = goldenDigest();

  /** The whole file in the place of which others are tried. */
  whole(kind: TriedFile): Buffer {
    if (kind === 'hpc') return this.#digest;
    const { hpm, hpd } = this.#golden[kind.endsWith('1') ? 'version 1' : 'version 2'];
    return kind.startsWith('hpm') ? hpm : hpd;
  }

  /**
   * Tries a file.
   * @throws Error where that ends otherwise than it may, or `verify` and `recover` say something else than reading does.
   */
  try(kind: TriedFile, bytes: Uint8Array): void {
    const version = kind.endsWith('1') ? '1' : '';
    const suffix = `.${kind.slice(0, 3)}`;
    this.#scratch.remove('.hpc');
    this.#scratch.write('.hpm', this.whole(`hpm${version}`));
    this.#scratch.write('.hpd', this.whole(`hpd${version}`));
    const file = this.#scratch.write(suffix, bytes);
    const read = orFormatError(file, () => readAll(file));
    const { isWhole, files } = verify(file);
    // Digests of the original are not read, and no damage: there is a note.
    if (read instanceof FormatError && isWhole && files[0]!.notes.length === 0) {
      throw new Error(`verify finds ${file} whole.`);
    }
    if (kind === 'hpc') this.#openDigest();
    else expectConserved(this.#scratch.filebase);
  }

  /** Removes its files. */
  cleanup(): void {
    this.#scratch.cleanup();
  }

  #openDigest(): void {
    using reader = new ProfileReader(this.#scratch.filebase);
    if (!reader.hasDigest()) return;
    try {
      for (const snapshot of reader.snapshots) reader.snapshotAt(snapshot.timeMicros / 1e6);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
    }
  }
}

function readAll(file: string): unknown {
  if (file.endsWith('.hpm')) return readAllMetadata(file);
  return file.endsWith('.hpd') ? readAllOfLog(file) : readAllOfDigest(file);
}

/**
 * Looks whether `recover` keeps the totals of a recording, and leaves nothing for `verify` to find. A recording that cannot be
 * read cannot be recovered either.
 */
export function expectConserved(filebase: string): void {
  const copy = `${filebase}-copy`;
  const before = orHeapprofError(() => totalsOf(filebase));
  const recovery = orHeapprofError(() => recover(filebase, copy));
  try {
    if (recovery instanceof HeapprofError) {
      if (before instanceof HeapprofError) return;
      throw new Error('What can be read cannot be recovered.', { cause: recovery });
    }
    const { isWhole, files } = verify(copy);
    if (!isWhole || files.some(({ cutBytes }) => cutBytes > 0)) {
      throw new Error(`The copy is not whole: ${JSON.stringify(files)}`);
    }
    if (before instanceof HeapprofError) return;
    const after = totalsOf(copy);
    // Rows below 0 count as 0; rows of types that are lost become one row, and the sum may be another.
    const isLiveSure = recovery.members.every(({ log }) => log.freesWithoutAllocation === 0);
    const [is, was] = [after, before].map(({ live, ...sure }) =>
      JSON.stringify(isLiveSure ? { live, ...sure } : sure),
    );
    if (is !== was) throw new Error(`The copy has ${is}, not ${was}.`);
  } finally {
    for (const suffix of ['.hpm', '.hpd', '.hpc']) rmSync(copy + suffix, { force: true });
  }
}

/** What a digest says, all traces and types together: live at the end, and allocated from the start. */
function totalsOf(filebase: string) {
  if (existsSync(`${filebase}.hpc`)) rmSync(`${filebase}.hpc`);
  const { elapsedSeconds } = surveyFamily(openFamily(filebase).members).whole;
  using reader = new ProfileReader(filebase);
  // A few snapshots, however long it was.
  reader.makeDigestSync({ timeInterval: Math.max(elapsedSeconds / 4, 1e-6), precision: 0.01 });
  const { live, heap } = reader.totals.at(-1)!;
  const allocated = { bytes: 0, objects: 0 };
  for (const { allocated: kinds } of reader.totals) {
    for (const { bytes, objects } of [kinds.heap, kinds.arrayBuffer]) {
      allocated.bytes += bytes;
      allocated.objects += objects;
    }
  }
  for (const snapshot of reader.snapshots) {
    for (const { trace } of [...snapshot.liveRows, ...snapshot.allocatedRows])
      reader.rawTrace(trace);
  }
  return { live, allocated, heap };
}

function orHeapprofError<T>(action: () => T): T | HeapprofError {
  try {
    return action();
  } catch (error) {
    if (error instanceof HeapprofError) return error;
    throw error;
  }
}
