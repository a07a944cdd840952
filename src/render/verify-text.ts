import type { FileCheck } from '../analysis/verify/file-check.js';
import type { Verification } from '../analysis/verify/verify.js';
import { formatBytes } from '../base/units.js';
import type { Damage } from '../format/log.js';
import { formatCount } from './numbers.js';
import { sanitize } from './sanitize.js';
import { colorsOf, type TextStyle } from './text-style.js';

/** A file can be damaged in thousands of places; the first ones tell what happened. */
const MAX_PLACES = 10;

/** What was found out about the files of a recording, as lines for a person: how each is, what it holds, and what is wrong where. */
export function verifyText({ files }: Verification, style: TextStyle): string[] {
  const { bold } = colorsOf(style);
  return files.flatMap((check) => [
    `${bold(sanitize(check.file))}: ${stateText(check)}`,
    ...[...contentLines(check), ...check.notes].map((line) => `  ${sanitize(line)}`),
    ...placeLines(check.damage),
    ...placeLines(check.contradictions),
  ]);
}

function stateText({ damage, contradictions, cutBytes, sizeBytes }: FileCheck): string {
  const bytes = damage.reduce((sum, part) => sum + part.bytes, 0);
  const parts = [
    damage.length > 0 &&
      `${formatCount(bytes)} of ${formatCount(sizeBytes)} bytes are damaged, in ${placesText(damage.length)}`,
    contradictions.length > 0 && `it contradicts itself in ${placesText(contradictions.length)}`,
  ].filter((part) => part !== false);
  const state = parts.length === 0 ? 'whole' : parts.join('; ');
  return cutBytes > 0 ? `${state}; its last ${formatCount(cutBytes)} bytes are unfinished` : state;
}

function placesText(count: number): string {
  return count === 1 ? '1 place' : `${formatCount(count)} places`;
}

/** What a file holds: `blocks 5, events 16, heap records 1; 323 B`; nothing where that is not known. */
function contentLines({ counts, sizeBytes }: FileCheck): string[] {
  const { freesWithoutAllocation = 0, ...others } = counts;
  const parts = Object.entries(others).map(
    ([name, count]) => `${NAMES[name] ?? name} ${formatCount(count)}`,
  );
  if (parts.length === 0) return [];
  const contents = `${parts.join(', ')}; ${formatBytes(sizeBytes)}`;
  return freesWithoutAllocation === 0
    ? [contents]
    : [
        contents,
        `frees of objects whose allocation is lost: ${formatCount(freesWithoutAllocation)}`,
      ];
}

/** Of counts whose names are not words. */
const NAMES: Readonly<Record<string, string>> = { heapRecords: 'heap records' };

function placeLines(places: readonly Damage[]): string[] {
  const lines = places
    .slice(0, MAX_PLACES)
    .map(({ offset, bytes, reason }) =>
      sanitize(`  ${formatCount(bytes)} bytes from byte ${offset}: ${reason}`),
    );
  const more = places.length - MAX_PLACES;
  return more > 0 ? [...lines, `  … and ${placesText(more)} more`] : lines;
}
