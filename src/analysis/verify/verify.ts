import { existsSync, statSync } from 'node:fs';
import { HeapprofError } from '../../base/errors.js';
import { openFamily } from '../../format/family.js';
import { checkDigest, type DigestedLog } from './check-digest.js';
import { checkLog } from './check-log.js';
import { checkMetadata, type MetadataCheck } from './check-metadata.js';
import { type FileCheck, Findings } from './file-check.js';

/** What was found out about the files of a recording. */
export interface Verification {
  /** Whether nothing is damaged, and nothing contradicts itself. A cut tail is whole. */
  readonly isWhole: boolean;
  readonly files: readonly FileCheck[];
}

/**
 * Checks one file, or all files of a family: more than reading needs.
 * @param name a file with its suffix, or the path of a recording's files without
 * @param onProgress is called now and then with the fraction of the logs that is done
 * @throws HeapprofError if there is no such file, or one cannot be read.
 */
export function verify(name: string, onProgress?: (fraction: number) => void): Verification {
  const [, filebase, suffix] = /^(.*)(\.hp[mdc])$/s.exec(name) ?? [];
  const files =
    suffix !== undefined && existsSync(name)
      ? checkFile(name, filebase!, suffix, onProgress)
      : checkFamily(name, onProgress);
  const isWhole = files.every(
    ({ damage, contradictions }) => damage.length === 0 && contradictions.length === 0,
  );
  return { isWhole, files };
}

function checkFile(
  file: string,
  filebase: string,
  suffix: string,
  onProgress: ((fraction: number) => void) | undefined,
): FileCheck[] {
  if (suffix === '.hpm') return [checkMetadata(file).findings];
  if (suffix === '.hpc') return [checkDigest(file, logsOf(filebase, referencesIn()))];
  const limitBytes = sizeOf(file);
  const { references } = existsSync(`${filebase}.hpm`) ? checkMetadata(`${filebase}.hpm`) : {};
  const onBytes = (bytes: number) => onProgress?.(bytes / Math.max(limitBytes, 1));
  return [checkLog(file, references, { limitBytes, onBytes })];
}

function checkFamily(
  filebase: string,
  onProgress: ((fraction: number) => void) | undefined,
): FileCheck[] {
  if (!['.hpm', '.hpd', '.hpc'].some((suffix) => existsSync(filebase + suffix))) {
    throw new HeapprofError(
      'ERR_HEAPPROF_READ',
      `There is no recording ${filebase}: none of its files exists; check the name.`,
    );
  }
  const suffixes = suffixesOf(filebase);
  // Before the metadata, since traces are written before the events that refer to them.
  const sizes = suffixes.map((suffix) => sizeOf(`${filebase}${suffix}.hpd`));
  const totalBytes = Math.max(
    sizes.reduce((sum, size) => sum + size, 0),
    1,
  );
  let doneBytes = 0;
  const metadata = new Map<string, MetadataCheck>();
  const files = suffixes.flatMap((suffix, k) => {
    const [hpm, hpd] = [`${filebase}${suffix}.hpm`, `${filebase}${suffix}.hpd`];
    const known = existsSync(hpm) ? checkMetadata(hpm) : { findings: missing(hpm) };
    metadata.set(suffix, known);
    if (!existsSync(hpd)) return [known.findings, missing(hpd)];
    const limitBytes = sizes[k]!;
    const onBytes = (bytes: number) => onProgress?.((doneBytes + bytes) / totalBytes);
    const log = checkLog(hpd, known.references, { limitBytes, onBytes });
    doneBytes += limitBytes;
    return [known.findings, log];
  });
  const digest = `${filebase}.hpc`;
  if (!existsSync(digest)) return files;
  return [...files, checkDigest(digest, logsOf(filebase, referencesIn(metadata)))];
}

/** The members of the family by what their names have after the root's, whether or not they can be read. */
function suffixesOf(filebase: string): string[] {
  try {
    const { members, unreadable } = openFamily(filebase);
    return [...members, ...unreadable].map(({ suffix }) => suffix);
  } catch (error) {
    // Without the root's facts nobody knows its family.
    if (error instanceof HeapprofError) return [''];
    throw error;
  }
}

type ReferencesOf = (suffix: string, filebase: string) => MetadataCheck;

function referencesIn(known?: ReadonlyMap<string, MetadataCheck>): ReferencesOf {
  return (suffix, filebase) => known?.get(suffix) ?? checkMetadata(`${filebase}.hpm`);
}

/** The recordings of the family that a digest may be made from; undefined where the root cannot be read. */
function logsOf(filebase: string, check: ReferencesOf): DigestedLog[] | undefined {
  try {
    return openFamily(filebase).members.flatMap(({ suffix, filebase, logBytes }) => {
      const { references } = check(suffix, filebase);
      return references === undefined ? [] : [{ suffix, references, logBytes }];
    });
  } catch (error) {
    if (error instanceof HeapprofError) return undefined;
    throw error;
  }
}

function missing(file: string): Findings {
  const findings = new Findings(file);
  findings.lose(
    0,
    'The file does not exist; a recording needs its .hpm and its .hpd side by side.',
  );
  return findings;
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
