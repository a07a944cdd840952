/** One thing that can be done, and how. */
export interface Hint {
  /** Keys that do it; each is pressed alone, or together with `Shift+`. */
  readonly keys: readonly string[];
  readonly does: string;
}

/** What can be done in one part of the page. */
export interface HintGroup {
  readonly part: string;
  readonly hints: readonly Hint[];
  /** With a mouse, and with fingers. */
  readonly pointer?: string;
  readonly touch?: string;
}

/** All that the page's help says. */
export const HINTS: readonly HintGroup[] = [
  {
    part: 'Everywhere',
    hints: [
      { keys: ['?'], does: 'shows this' },
      { keys: ['Tab', 'Shift+Tab'], does: 'go on and back' },
      { keys: ['Esc'], does: 'closes what is open' },
    ],
  },
  {
    part: 'Tabs',
    hints: [
      { keys: ['←', '→'], does: 'go to the next panel' },
      { keys: ['Home', 'End'], does: 'go to the first and the last' },
    ],
  },
  {
    part: 'Time line',
    hints: [
      { keys: ['+', '−'], does: 'zoom' },
      { keys: ['←', '→'], does: 'move; Home shows all' },
      { keys: ['Shift+←', 'Shift+→'], does: 'go through the snapshots' },
      { keys: ['Enter'], does: 'chooses the instant' },
      { keys: ['Shift+Enter'], does: 'chooses a range up to it' },
      { keys: ['Esc'], does: 'chooses the whole recording' },
    ],
    pointer:
      'Drag to choose a range, click to choose an instant, shift and click to extend what is chosen; a double click chooses all. ' +
      'The wheel zooms. Drag with shift, or on the axis, to move.',
    touch:
      'Tap to choose an instant. Drag to choose a range, or to move where you have zoomed in; hold, then drag to choose a range there too. Two fingers zoom.',
  },
  {
    part: 'Flame graphs',
    hints: [
      { keys: ['←', '→', '↑', '↓'], does: 'go to the next frame; Home to all' },
      { keys: ['Enter'], does: 'zooms to the frame' },
      { keys: ['Esc'], does: 'shows all again' },
      { keys: ['Shift+F10', 'Menu'], does: 'open the menu of the frame' },
    ],
    pointer: 'Click to zoom; the right button has a menu. Point at a frame to see its figures.',
    touch: 'Tap to zoom; hold for the menu.',
  },
  {
    part: 'Flow graph',
    hints: [
      { keys: ['Tab'], does: 'goes to the next box' },
      { keys: ['Enter'], does: 'says more of it' },
      { keys: ['←', '→', '↑', '↓'], does: 'move the drawing' },
      { keys: ['+', '−', '0'], does: 'zoom; 0 shows all' },
    ],
    pointer: 'Drag to move, turn the wheel to zoom.',
    touch: 'One finger moves the drawing as far as it goes, then the page; two zoom.',
  },
  {
    part: 'Tables',
    hints: [{ keys: ['Enter'], does: 'on a header sorts by it, on a row opens it' }],
  },
];
