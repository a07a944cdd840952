import type { Frame, Trace } from '../model/frame.js';
import type { UsageRow } from '../model/snapshot.js';
import { FOLDED } from './compare-measure.js';
import { frameLabel } from './frame-label.js';
import { answerableFrame, isInternal } from './location.js';
import { OWN_PACKAGE, packageOf } from './package-name.js';
import type { Profile } from './profile.js';
import { shortPath } from './short-path.js';
import type { SubjectKeys, SubjectLabels } from './subject-keys.js';

/** The key of what a row is about. */
export type SubjectOf = (row: Pick<UsageRow, 'trace' | 'type' | 'kind'>) => number;

type Subject = (profile: Profile, keys: SubjectKeys) => SubjectOf;

/** Memory whose stack has no frame of the program. */
const NODE_LABEL = '(node)';

const SUBJECTS: Readonly<Record<string, Subject>> = {
  function: byAnswerableFrame(functionLabel),
  line: byAnswerableFrame(frameLabel),
  file: byAnswerableFrame((frame) => (isInternal(frame) ? NODE_LABEL : frame.file)),
  package: byAnswerableFrame(packageLabel),
  trace: byTrace((labelOf) => (frames) => frames.map(labelOf), frameLabel),
  type: byType,
};

/** All that {@link subjectBy} takes. */
export const COMPARE_BY = ['function', 'line', 'file', 'package', 'trace', 'type'] as const;

/** What the rows of a comparison can be about. */
export type CompareBy = (typeof COMPARE_BY)[number];

/**
 * What the rows of a profile are about, as keys; the same memory has the same in both recordings. Paths are relative to the working directory of the recorded program, so that
 * recordings that were made in different folders can be compared; `function` has no lines but those of anonymous functions, so that
 * an edit elsewhere in a file does not matter.
 * @throws RangeError if there is no such subject.
 */
export function subjectBy(by: CompareBy, profile: Profile, keys: SubjectKeys): SubjectOf {
  const subject = COMPARE_BY.includes(by) ? SUBJECTS[by] : undefined;
  if (subject === undefined) {
    throw new RangeError(
      `A comparison is by ${COMPARE_BY.slice(0, -1).join(', ')} or ${COMPARE_BY.at(-1)}, but was asked for by '${String(by)}'.`,
    );
  }
  return subject(profile, keys);
}

/**
 * By something that is said of traces; each trace, and each frame, is put in words once.
 * @param labelsBy makes labels of the frames of a trace, with the labels of frames
 */
function byTrace(
  labelsBy: (labelOf: (frame: Frame) => string) => (frames: Trace) => SubjectLabels,
  labelOf: (frame: Frame) => string,
): Subject {
  return ({ hpm, members }, keys) => {
    const cwd = members[0]?.facts.process?.cwd;
    const labels = new Map<Frame, string>();
    const labelsOf = labelsBy((frame) => {
      let label = labels.get(frame);
      if (label === undefined) {
        label = labelOf({ ...frame, file: shortPath(frame.file, cwd) });
        labels.set(frame, label);
      }
      return label;
    });
    const known = new Map<number, number>();
    return ({ trace }) => {
      let key = known.get(trace);
      if (key === undefined) {
        const frames = hpm.traces.trace(trace) ?? [];
        key = frames.length === 0 ? FOLDED : keys.keyOf(labelsOf(frames));
        known.set(trace, key);
      }
      return key;
    };
  };
}

function byAnswerableFrame(labelOf: (frame: Frame) => string): Subject {
  return byTrace((label) => (frames) => [label(frames[answerableFrame(frames)]!)], labelOf);
}

function byType(_profile: Profile, keys: SubjectKeys): SubjectOf {
  const known = { heap: new Map<string, number>(), arrayBuffer: new Map<string, number>() };
  return ({ type, kind }) => {
    let key = known[kind].get(type);
    if (key === undefined) {
      key = keys.keyOf(typeLabels({ type, kind }));
      known[kind].set(type, key);
    }
    return key;
  };
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
