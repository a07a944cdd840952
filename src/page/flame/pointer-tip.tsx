import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/** A place in the window, pixels from its upper left corner. */
export interface PagePoint {
  readonly x: number;
  readonly y: number;
}

/** Pixels between the pointer, or the window's edges, and a tip. */
const DISTANCE = 12;

/** A tip next to the pointer, always within the window. */
export function PointerTip({
  at,
  children,
}: {
  readonly at: PagePoint;
  readonly children: ComponentChildren;
}) {
  const element = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const { offsetWidth: width, offsetHeight: height } = element.current!;
    if (width !== size.width || height !== size.height) setSize({ width, height });
  });
  const right = at.x + DISTANCE;
  const fitsRight = right + size.width + DISTANCE <= innerWidth;
  const left = fitsRight ? right : Math.max(Math.min(at.x, innerWidth) - DISTANCE - size.width, 4);
  const below = at.y + DISTANCE;
  const fitsBelow = below + size.height + 4 <= innerHeight;
  const top = fitsBelow ? below : Math.max(at.y - DISTANCE - size.height, 4);
  return (
    <div
      ref={element}
      class="pointer-tip"
      role="tooltip"
      style={{ left: `${left}px`, top: `${top}px` }}
    >
      {children}
    </div>
  );
}
