import { useEffect, useMemo } from 'preact/hooks';
import type { PagePoint } from './pointer-tip.js';

/** A finger that rests for so long is not tapping. */
const PRESS_MS = 500;

/** A finger trembles by less than this; one that moves further scrolls. */
const REST_PIXELS = 10;

/** Listeners for an element on which a finger can be held. */
export interface LongPress {
  readonly onPointerDown: (event: PointerEvent) => void;
  readonly onPointerMove: (event: PointerEvent) => void;
  readonly onPointerUp: () => void;
  readonly onPointerCancel: () => void;
  /** Whether the click that comes now is the end of a press that was long, and so no tap. */
  readonly isItsEnd: () => boolean;
}

/**
 * Tells when a finger is held on an element; the right button of those who have none. Not every browser asks for a menu then.
 * @param onPress may be another function at each drawing
 */
export function useLongPress(onPress: { readonly current: (at: PagePoint) => void }): LongPress {
  const press = useMemo(() => {
    let start: PagePoint | undefined;
    let timer = 0;
    let isLong = false;
    const stop = () => window.clearTimeout(timer);
    return {
      stop,
      onPointerDown: ({ pointerType, isPrimary, clientX: x, clientY: y }: PointerEvent) => {
        stop();
        isLong = false;
        if (pointerType !== 'touch' || !isPrimary) return;
        start = { x, y };
        timer = window.setTimeout(() => {
          isLong = true;
          onPress.current({ x, y });
        }, PRESS_MS);
      },
      onPointerMove: ({ clientX, clientY }: PointerEvent) => {
        if (start && Math.hypot(clientX - start.x, clientY - start.y) > REST_PIXELS) stop();
      },
      onPointerUp: stop,
      onPointerCancel: stop,
      isItsEnd: () => isLong,
    };
  }, []);
  useEffect(() => press.stop, [press]);
  return press;
}
