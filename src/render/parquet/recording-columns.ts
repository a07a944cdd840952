import { memberLabel, scriptName } from '../../analysis/member-label.js';
import type { Member } from '../../format/family.js';
import { sanitize } from '../sanitize.js';
import type { ParquetColumn } from './parquet-table.js';

/** Columns that say which recording a row is of, so that files of many can be read as one table. */
export const RECORDING_COLUMNS: readonly ParquetColumn[] = [
  { name: 'recording', type: 'string' },
  { name: 'application', type: 'string' },
  { name: 'thread', type: 'string' },
];

/** The cells of {@link RECORDING_COLUMNS} for each member of a family. */
export function recordingCells(members: readonly Member[]): readonly (readonly string[])[] {
  const { facts } = members[0]!;
  const application = facts.process?.applicationName || scriptName(facts.process) || '';
  return members.map((member) =>
    [facts.recordingId, application, memberLabel(member)].map(sanitize),
  );
}
