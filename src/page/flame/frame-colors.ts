import { type FrameOrigin, originOf, packageOf } from '../../analysis/package-name.js';
import type { Frame } from '../../model/frame.js';

/** Whose code a frame is; `none` for what stands for no code. */
export type FrameClass = FrameOrigin | 'none';

/**
 * Shades of Okabe and Ito's orange, blues and grey, as light as text on them needs, and dark ones for a dark page. The
 * program's neighbours differ a little; a package has a shade of its own.
 */
const SHADES: Readonly<Record<'light' | 'dark', Readonly<Record<FrameClass, readonly string[]>>>> =
  {
    light: {
      program: ['#f5c478', '#f0b65c', '#f8d093'],
      dependency: ['#93cdf0', '#aedcf5', '#8fd0d8', '#a9c4f0', '#b7e3e4', '#86bde6'],
      node: ['#d3d6da', '#c8ccd1', '#dcdfe2'],
      none: ['#e9ebee'],
    },
    dark: {
      program: ['#8c5600', '#7d4c00', '#996412'],
      dependency: ['#14608f', '#1b557c', '#0f6470', '#2f5590', '#1c6e76', '#0f6ea3'],
      node: ['#51565e', '#474c54', '#5b6068'],
      none: ['#2c3138'],
    },
  };

/** Frames that stand for no code. */
const PSEUDO_NAME = /^\((?:all|other|hidden)\)$/;

/** Whose code a frame is. */
export function classOfFrame(frame: Frame): FrameClass {
  return frame.file === '' && PSEUDO_NAME.test(frame.functionName) ? 'none' : originOf(frame);
}

/** The colour of a frame's boxes. */
export function frameColor(frame: Frame, isDark: boolean): string {
  const origin = classOfFrame(frame);
  const shades = SHADES[isDark ? 'dark' : 'light'][origin];
  const name = origin === 'dependency' ? packageOf(frame)! : `${frame.functionName}${frame.line}`;
  let hash = 7;
  for (let k = 0; k < name.length; k++) hash = (hash * 31 + name.charCodeAt(k)) % 0xffff;
  return shades[hash % shades.length]!;
}

/** The colour that a legend shows. */
export function classColor(of: FrameClass, isDark: boolean): string {
  return SHADES[isDark ? 'dark' : 'light'][of][0]!;
}
