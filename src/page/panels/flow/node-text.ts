import type { FlowNode } from '../../../analysis/flow-graph.js';
import { OTHER_LABEL } from '../../../analysis/frame-label.js';
import { answerableFrame } from '../../../analysis/location.js';
import { fileName } from '../../../base/file-name.js';
import type { Frame } from '../../../model/frame.js';
import { shortFrameText } from '../../../render/frame-text.js';

const WIDTH = 80;

/** What a node is called: of a chain, the innermost frame that is the program's own. Safe to print. */
export function nodeText({ frames }: FlowNode, cwd: string | undefined): string {
  const frame = frames[answerableFrame(frames)];
  return frame ? shortFrameText(frame, cwd, WIDTH) : OTHER_LABEL;
}

/** The name by which other panels find a frame: that of its function, or of its file. */
export function frameName({ functionName, file }: Frame): string {
  return functionName || fileName(file);
}

/** Whether one of a node's frames has this text in its name, its file or its line, in whatever case. */
export function isFound({ frames }: FlowNode, wanted: string): boolean {
  const text = wanted.toLowerCase();
  return frames.some((frame) =>
    `${frame.functionName} ${frame.file}:${frame.line}`.toLowerCase().includes(text),
  );
}
