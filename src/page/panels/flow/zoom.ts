/** Where a drawing lies in its frame: a point (x, y) of it is at (left + scale · x, top + scale · y) pixels. */
export interface Place {
  readonly left: number;
  readonly top: number;
  readonly scale: number;
}

/** A width and a height. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Graphviz may draw what is a hundred screens wide. */
const MIN_SCALE = 0.005;
const MAX_SCALE = 8;

/** Pixels around a drawing that was fitted. */
const MARGIN = 8;

/** Graphviz reckons in points; its text is then as large as the page's. */
const NATURAL_SCALE = 4 / 3;

/** Text that is smaller than this nobody reads. */
const READABLE_SCALE = 0.8;

/** All of a drawing, in the middle of its frame. */
export function fitted(drawing: Size, frame: Size): Place {
  const scale = Math.max(
    Math.min(
      (frame.width - 2 * MARGIN) / drawing.width,
      (frame.height - 2 * MARGIN) / drawing.height,
      NATURAL_SCALE,
    ),
    MIN_SCALE,
  );
  return {
    left: (frame.width - scale * drawing.width) / 2,
    top: MARGIN,
    scale,
  };
}

/** All of a drawing if it can be read so; otherwise its top, with `middle` of it near the middle, and no room left empty beside it. */
export function readable(drawing: Size, frame: Size, middle: number): Place {
  const all = fitted(drawing, frame);
  if (all.scale >= READABLE_SCALE) return all;
  const scale = READABLE_SCALE;
  const spare = frame.width - scale * drawing.width;
  const left =
    spare >= 2 * MARGIN
      ? spare / 2
      : Math.min(Math.max(frame.width / 2 - scale * middle, spare - MARGIN), MARGIN);
  return { left, top: MARGIN, scale };
}

/** Larger by a factor, about a point of the frame that stays where it is. */
export function zoomed({ left, top, scale }: Place, factor: number, x: number, y: number): Place {
  const next = Math.min(Math.max(scale * factor, MIN_SCALE), MAX_SCALE);
  const ratio = next / scale;
  return { left: x - (x - left) * ratio, top: y - (y - top) * ratio, scale: next };
}

/** Moved by pixels. */
export function moved({ left, top, scale }: Place, x: number, y: number): Place {
  return { left: left + x, top: top + y, scale };
}
