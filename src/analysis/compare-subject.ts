import type { Frame, Trace } from '../model/frame.js';
import type { UsageRow } from '../model/snapshot.js';
import { frameLabel, OTHER_LABEL } from './frame-label.js';
import { answerableFrame, isInternal } from './location.js';
import { OWN_PACKAGE, packageOf } from './package-name.js';
import type { Profile } from './profile.js';
import { shortPath } from './short-path.js';

/** What a row of a comparison is about, in words that mean the same in both recordings. */
export type SubjectLabels = readonly string[];

/** The labels of a row's subject: one, or of a trace one for each frame, outermost first. */
export type SubjectOf = (row: Pick<UsageRow, 'trace' | 'type' | 'kind'>) => SubjectLabels;

const OTHER: SubjectLabels = [OTHER_LABEL];

/** Memory whose stack has no frame of the program. */
const NODE_LABEL = '(node)';

const SUBJECTS: Readonly<Record<string, (profile: Profile) => SubjectOf>> = {
  function: byAnswerableFrame(functionLabel),
  line: byAnswerableFrame(frameLabel),
  file: byAnswerableFrame((frame) => (isInternal(frame) ? NODE_LABEL : frame.file)),
  package: byAnswerableFrame(packageLabel),
  trace: byTrace((frames) => frames.map(frameLabel)),
  type: () => typeLabels,
};

/** All that {@link subjectBy} takes. */
export const COMPARE_BY = ['function', 'line', 'file', 'package', 'trace', 'type'] as const;

/** What the rows of a comparison can be about. */
export type CompareBy = (typeof COMPARE_BY)[number];

/**
 * What the rows of a profile are about. Paths are relative to the working directory of the recorded program, so that
 * recordings that were made in different folders can be compared; `function` has no lines but those of anonymous functions, so that
 * an edit elsewhere in a file does not matter.
 * @throws RangeError if there is no such subject.
 */
export function subjectBy(by: CompareBy, profile: Profile): SubjectOf {
  const subject = COMPARE_BY.includes(by) ? SUBJECTS[by] : undefined;
  if (subject === undefined) {
    throw new RangeError(
      `A comparison is by ${COMPARE_BY.slice(0, -1).join(', ')} or ${COMPARE_BY.at(-1)}, but was asked for by '${String(by)}'.`,
    );
  }
  return subject(profile);
}

/** Each trace is put in words once. */
function byTrace(labelsOf: (frames: Trace) => SubjectLabels): (profile: Profile) => SubjectOf {
  return ({ hpm, members }) => {
    const cwd = members[0]?.facts.process?.cwd;
    const known = new Map<number, SubjectLabels>();
    return ({ trace }) => {
      let labels = known.get(trace);
      if (labels === undefined) {
        const frames = hpm.traces.trace(trace) ?? [];
        const short = frames.map((frame) => ({ ...frame, file: shortPath(frame.file, cwd) }));
        labels = short.length === 0 ? OTHER : labelsOf(short);
        known.set(trace, labels);
      }
      return labels;
    };
  };
}

function byAnswerableFrame(labelOf: (frame: Frame) => string): (profile: Profile) => SubjectOf {
  return byTrace((frames) => [labelOf(frames[answerableFrame(frames)]!)]);
}

function functionLabel(frame: Frame): string {
  return frameLabel(frame.functionName === '' ? frame : { ...frame, line: 0 });
}

function packageLabel(frame: Frame): string {
  return isInternal(frame) ? NODE_LABEL : (packageOf(frame) ?? OWN_PACKAGE);
}

function typeLabels({ type, kind }: Pick<UsageRow, 'type' | 'kind'>): SubjectLabels {
  if (kind === 'heap') return [type || '(not known)'];
  return [type === '' ? '(array buffers)' : `${type} (array buffers)`];
}
