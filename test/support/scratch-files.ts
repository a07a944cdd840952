import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Memory that looks like a disk, where the system has it. */
const MEMORY_DISK = '/dev/shm';

/** The files of one recording, written again and again in place: a hundred thousand cases take seconds. */
export class ScratchFiles {
  readonly folder = mkdtempSync(
    path.join(existsSync(MEMORY_DISK) ? MEMORY_DISK : tmpdir(), 'heapprof-test-'),
  );
  readonly filebase = path.join(this.folder, 'scratch');
  readonly #descriptors = new Map<string, number>();

  /** Replaces what a file of the recording has; `suffix` such as `.hpm`. Returns its path. */
  write(suffix: string, bytes: Uint8Array): string {
    const file = this.filebase + suffix;
    let descriptor = this.#descriptors.get(suffix);
    if (descriptor === undefined) {
      descriptor = openSync(file, 'w');
      this.#descriptors.set(suffix, descriptor);
    }
    ftruncateSync(descriptor, bytes.length);
    if (bytes.length > 0) writeSync(descriptor, bytes, 0, bytes.length, 0);
    return file;
  }

  /** Removes a file. */
  remove(suffix: string): void {
    const descriptor = this.#descriptors.get(suffix);
    if (descriptor !== undefined) closeSync(descriptor);
    this.#descriptors.delete(suffix);
    rmSync(this.filebase + suffix, { force: true });
  }

  /** Removes the folder. */
  cleanup(): void {
    for (const descriptor of this.#descriptors.values()) closeSync(descriptor);
    this.#descriptors.clear();
    rmSync(this.folder, { recursive: true });
  }
}
