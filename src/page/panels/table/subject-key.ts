import { frameLabel } from '../../../analysis/frame-label.js';
import type { Subject } from '../../../analysis/grouping.js';

/** A text that no other row of the same table has. How a line came to be called is no part of it, nor a column. */
export function subjectKey(subject: Subject): string {
  switch (subject.by) {
    case 'line':
      return subject.frame ? frameLabel(subject.frame) : '';
    case 'trace':
      return String(subject.trace);
    case 'function':
      return `${subject.functionName}\n${subject.file}`;
    case 'package':
      return subject.package;
    case 'file':
      return subject.file;
    case 'type':
      return `${subject.kind} ${subject.type}`;
    case 'kind':
      return subject.kind;
    case 'thread':
      return String(subject.member);
  }
}
