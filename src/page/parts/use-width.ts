import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/**
 * How wide an element is, in CSS pixels, kept up to date: for charts whose text should not be stretched.
 * @param usual the width before it is known
 */
export function useWidth<Of extends HTMLElement>(usual: number): [RefObject<Of>, number] {
  const element = useRef<Of>(null);
  const [width, setWidth] = useState(usual);
  useLayoutEffect(() => {
    const measure = () => setWidth(Math.max(Math.round(element.current!.clientWidth), 1));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, []);
  return [element, width];
}
