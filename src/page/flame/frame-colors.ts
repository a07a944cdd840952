import { functionKey } from '../../analysis/call-tree/pattern-text.js';
import { type FrameOrigin, originOf, packageOf } from '../../analysis/package-name.js';
import type { Frame } from '../../model/frame.js';

/** Whose code a frame is; `none` for what stands for no code. */
export type FrameClass = FrameOrigin | 'none';

/** A hue in degrees, a saturation and a lightness in percent. */
type Shade = readonly [hue: number, saturation: number, lightness: number];

/**
 * Near Okabe and Ito's orange, sky blue and grey, as light as text on them needs, and dark for a dark page. My code stands out most from the
 * page and Node.js least, also for those who see no colours.
 */
const SHADES: Readonly<Record<'light' | 'dark', Readonly<Record<FrameClass, Shade>>>> = {
  light: {
    program: [33, 90, 54],
    dependency: [203, 64, 78],
    node: [215, 12, 90],
    none: [215, 14, 96],
  },
  dark: {
    program: [36, 94, 28],
    dependency: [203, 62, 26],
    node: [215, 8, 22],
    none: [215, 12, 16],
  },
};

/** A package's hue differs from that of the others by up to so many degrees, which stays blue. */
const PACKAGE_HUES = [0, 10, -9, 15, 5, -14];

/** Functions next to each other differ a little in lightness, percent. */
const LIGHTNESSES = [0, 2.5, -2.5, 4];

/** Frames that stand for no code. */
const PSEUDO_NAME = /^\((?:all|other|hidden)\)$/;

/** Whose code a frame is. */
export function classOfFrame(frame: Frame): FrameClass {
  return frame.file === '' && PSEUDO_NAME.test(frame.functionName) ? 'none' : originOf(frame);
}

/** The colour of a frame's boxes: whose code it is, for a dependency which package's, and a little of which function. */
export function frameColor(frame: Frame, isDark: boolean): string {
  const origin = classOfFrame(frame);
  const [hue, saturation, lightness] = SHADES[isDark ? 'dark' : 'light'][origin];
  if (origin === 'none') return css([hue, saturation, lightness]);
  const turn =
    origin === 'dependency' ? PACKAGE_HUES[hashOf(packageOf(frame)!) % PACKAGE_HUES.length]! : 0;
  const lift = LIGHTNESSES[hashOf(functionKey(frame)) % LIGHTNESSES.length]!;
  return css([hue + turn, saturation, lightness + lift]);
}

/** The colour that a legend shows. */
export function classColor(of: FrameClass, isDark: boolean): string {
  return css(SHADES[isDark ? 'dark' : 'light'][of]);
}

function css([hue, saturation, lightness]: Shade): string {
  return `hsl(${hue} ${saturation}% ${lightness}%)`;
}

function hashOf(text: string): number {
  let hash = 7;
  for (let k = 0; k < text.length; k++) hash = (hash * 31 + text.charCodeAt(k)) % 0xffff;
  return hash;
}
