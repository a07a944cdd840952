import { existsSync, statSync } from 'node:fs';
import type { FamilySurvey } from '../analysis/family-survey.js';
import type { ProfileReader } from '../reader/profile-reader.js';
import type { RecordingInfo } from './info-text.js';

/** What is known of an open recording, its files and their state. */
export function recordingInfo(reader: ProfileReader, survey: FamilySurvey): RecordingInfo {
  const { filebase } = reader;
  const { facts, damage } = reader.hpm;
  return {
    filebase,
    facts,
    log: survey.whole,
    members: survey.members,
    unreadable: reader.unreadable,
    traceCount: reader.members.reduce((sum, { traces }) => sum + traces.traceCount, 0),
    files: ['.hpm', '.hpd', '.hpc']
      .map((suffix) => filebase + suffix)
      .filter((path) => existsSync(path))
      .map((path) => ({ path, sizeBytes: statSync(path).size })),
    damage,
    ...(reader.hasDigest() && {
      digest: {
        snapshotCount: reader.snapshots.length,
        intervalSeconds: reader.snapshotInterval,
        precision: reader.hpc.precision,
        complete: reader.hpc.complete,
      },
    }),
  };
}
