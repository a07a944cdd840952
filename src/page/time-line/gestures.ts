/** What a person does with a pointer. Positions are those of the window, in pixels. */
export interface GestureActions {
  readonly isOnAxis: (clientY: number) => boolean;
  /** Whether something is out of view, which a finger could bring into it. */
  readonly canPan: () => boolean;
  readonly hover: (clientX: number | undefined) => void;
  /** A range is being drawn, or is drawn to its end. */
  readonly brush: (fromX: number, toX: number, isDone: boolean) => void;
  readonly click: (clientX: number, isExtending: boolean) => void;
  /** Moves what is seen by so many pixels. */
  readonly pan: (byPixels: number) => void;
  /** Shows less (below 1) or more. Returns false if there is no more to see. */
  readonly zoom: (aboutX: number, factor: number) => boolean;
  readonly reset: () => void;
}

/** A pointer that moves less than this has been clicked. */
const CLICK_PIXELS = 4;

/** A finger that rests for so long will draw a range, wherever it is. */
const HOLD_MS = 400;

/** A turn of a wheel by this many pixels shows twice or half as much. */
const WHEEL_PIXELS_PER_OCTAVE = 240;

/** Pixels of a line, and of a page, where a wheel turns by those. */
const WHEEL_UNITS = [1, 16, 400];

/**
 * Tells gestures on an element: a drag draws a range; with shift or on the axis it pans; a click chooses an instant; two fingers and the wheel zoom
 * about where they are, and a wheel that turns sideways pans; a double click resets. One finger pans where there is something out of view; where there is
 * not, and after it was held, it draws a range.
 * @returns ends it
 */
export function watchGestures(element: HTMLElement, actions: GestureActions): () => void {
  const held = new Map<number, number>();
  let startX = 0;
  let mode: 'none' | 'press' | 'brush' | 'pan' | 'pinch' = 'none';
  let isPanning = false;
  let isExtending = false;
  let lastX = 0;
  let holding = 0;

  const stopHolding = () => window.clearTimeout(holding);
  const hold = () => {
    if (mode !== 'press') return;
    mode = 'brush';
    actions.hover(startX);
  };
  const down = (event: PointerEvent) => {
    if (event.button !== 0) return;
    held.set(event.pointerId, event.clientX);
    element.setPointerCapture(event.pointerId);
    stopHolding();
    if (held.size === 2) {
      if (mode === 'brush') actions.brush(startX, startX, false);
      mode = 'pinch';
      return;
    }
    mode = 'press';
    isExtending = event.shiftKey;
    isPanning = event.shiftKey || actions.isOnAxis(event.clientY);
    startX = event.clientX;
    lastX = event.clientX;
    if (event.pointerType !== 'touch') return;
    isPanning ||= actions.canPan();
    holding = window.setTimeout(hold, HOLD_MS);
  };
  const move = (event: PointerEvent) => {
    const { pointerId, clientX } = event;
    if (mode === 'pinch' && held.has(pointerId)) {
      const others = [...held].filter(([id]) => id !== pointerId).map(([, x]) => x);
      const other = others[0] ?? clientX;
      const before = Math.abs(held.get(pointerId)! - other);
      const after = Math.abs(clientX - other);
      held.set(pointerId, clientX);
      // What is below the other finger stays there, and so what is below this one: fingers that move alike move the view.
      if (before > 1 && after > 1) actions.zoom(other, before / after);
      return;
    }
    if (mode === 'none') {
      actions.hover(clientX);
      return;
    }
    if (mode === 'press' && Math.abs(clientX - startX) >= CLICK_PIXELS) {
      stopHolding();
      mode = isPanning ? 'pan' : 'brush';
      if (isPanning) actions.hover(undefined);
    }
    if (mode === 'brush') {
      actions.hover(clientX);
      actions.brush(startX, clientX, false);
    }
    if (mode === 'pan') actions.pan(lastX - clientX);
    lastX = clientX;
  };
  const up = (event: PointerEvent) => {
    stopHolding();
    if (!held.delete(event.pointerId)) return;
    if (mode === 'press' && !actions.isOnAxis(event.clientY)) {
      actions.click(event.clientX, isExtending);
    }
    if (mode === 'brush') actions.brush(startX, event.clientX, true);
    // The finger that is left after a pinch does nothing more.
    if (held.size === 0) mode = 'none';
  };
  const cancel = (event: PointerEvent) => {
    stopHolding();
    held.delete(event.pointerId);
    if (mode === 'brush') actions.brush(startX, startX, false);
    if (held.size === 0) mode = 'none';
    actions.hover(undefined);
  };
  const leave = () => {
    if (mode === 'none') actions.hover(undefined);
  };
  const wheel = (event: WheelEvent) => {
    const unit = WHEEL_UNITS[event.deltaMode] ?? 1;
    const [x, y] = [event.deltaX * unit, event.deltaY * unit];
    if (Math.abs(x) > Math.abs(y) || event.shiftKey) {
      event.preventDefault();
      actions.pan(x || y);
      return;
    }
    // A touch pad that is pinched turns a wheel with control held down, and by less.
    const octaves = (y / WHEEL_PIXELS_PER_OCTAVE) * (event.ctrlKey ? 5 : 1);
    // Where there is no more to see, the page scrolls.
    if (actions.zoom(event.clientX, 2 ** octaves) || event.ctrlKey) event.preventDefault();
  };
  const reset = () => actions.reset();
  /** A finger that is held asks for a menu in some browsers. */
  const noMenu = (event: MouseEvent) => {
    if (mode !== 'none') event.preventDefault();
  };

  element.addEventListener('pointerdown', down);
  element.addEventListener('pointermove', move);
  element.addEventListener('pointerup', up);
  element.addEventListener('pointercancel', cancel);
  element.addEventListener('pointerleave', leave);
  element.addEventListener('wheel', wheel, { passive: false });
  element.addEventListener('dblclick', reset);
  element.addEventListener('contextmenu', noMenu);
  return () => {
    stopHolding();
    element.removeEventListener('pointerdown', down);
    element.removeEventListener('pointermove', move);
    element.removeEventListener('pointerup', up);
    element.removeEventListener('pointercancel', cancel);
    element.removeEventListener('pointerleave', leave);
    element.removeEventListener('wheel', wheel);
    element.removeEventListener('dblclick', reset);
    element.removeEventListener('contextmenu', noMenu);
  };
}
