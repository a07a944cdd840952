import type { Subject } from '../../../analysis/grouping.js';
import { answerableFrame } from '../../../analysis/location.js';
import { fileName } from '../../../base/file-name.js';
import { text } from '../../state/hash.js';
import type { Store } from '../../state/store.js';

/** The name by which other panels find what a row is about; undefined for what is no code. */
export function searchText(subject: Subject): string | undefined {
  switch (subject.by) {
    case 'line':
      return subject.frame && (subject.frame.functionName || nameOfFile(subject.frame.file));
    case 'trace': {
      const frame = subject.frames[answerableFrame(subject.frames)];
      return frame && (frame.functionName || nameOfFile(frame.file));
    }
    case 'function':
      return subject.functionName || nameOfFile(subject.file);
    case 'file':
      // A name in brackets stands for what has no file.
      return subject.file.startsWith('(') ? undefined : nameOfFile(subject.file);
    case 'package':
      return subject.package.startsWith('(') ? undefined : `node_modules/${subject.package}`;
    default:
      return undefined;
  }
}

/** Shows a function in the call trees. */
export function showInCallTrees(store: Store, name: string): void {
  store.setting('calls.search', text, '').value = name;
  store.panel.value = 'calls';
}

/** Shows a function in the flow graph. */
export function showInFlowGraph(store: Store, name: string): void {
  store.setting('flow.find', text, '').value = name;
  store.panel.value = 'flow';
}

function nameOfFile(file: string): string | undefined {
  return fileName(file) || undefined;
}
