import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { AdoptedGraph } from './adopt-svg.js';
import { fitted, moved, type Place, readable, zoomed } from './zoom.js';

const SVG = 'http://www.w3.org/2000/svg';

const KEY_STEP = 60;
const KEY_FACTOR = 1.25;

/** A pointer that moves less than this has clicked. */
const CLICK_PIXELS = 4;

/** A drawing that can be moved and zoomed, in which nodes can be chosen. */
export function GraphView({
  graph,
  labelOf,
  found,
  chosen,
  onChoose,
  children,
}: {
  readonly graph: AdoptedGraph | undefined;
  /** What a node is and has, for those who do not see it. */
  readonly labelOf: (node: number) => string;
  /** Nodes that are looked for. */
  readonly found: ReadonlySet<number>;
  readonly chosen: number | undefined;
  readonly onChoose: (node: number | undefined) => void;
  /** What stands over the drawing. */
  readonly children?: ComponentChildren;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const place = useRef<Place>({ left: 0, top: 0, scale: 1 });
  const pointers = useRef(new Map<number, { x: number; y: number }>());
  const travelled = useRef(0);

  const put = (next: Place) => {
    place.current = next;
    const { left, top, scale } = next;
    graph?.content.setAttribute('transform', `translate(${left} ${top}) scale(${scale})`);
    // What a finger cannot move any more moves the page. https://www.w3.org/TR/pointerevents3/#the-touch-action-css-property
    const isTopSeen = top >= 0;
    const isBottomSeen = top + (graph?.height ?? 0) * scale <= size().height;
    frame.current!.style.touchAction = isTopSeen
      ? isBottomSeen
        ? 'pan-y'
        : 'pan-up'
      : isBottomSeen
        ? 'pan-down'
        : 'none';
  };
  const size = () => frame.current!.getBoundingClientRect();
  const zoom = (factor: number) =>
    put(zoomed(place.current, factor, size().width / 2, size().height / 2));
  const middleOf = (element: SVGGElement) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return { x: x + width / 2 - size().x, y: y + height / 2 - size().y };
  };
  /** Moves a node that cannot be seen whole to the middle. */
  const reveal = (element: SVGGElement | null | undefined) => {
    if (!element) return;
    const outer = size();
    const inner = element.getBoundingClientRect();
    const isInside =
      inner.left >= outer.left &&
      inner.right <= outer.right &&
      inner.top >= outer.top &&
      inner.bottom <= outer.bottom;
    if (isInside) return;
    const { x, y } = middleOf(element);
    put(moved(place.current, outer.width / 2 - x, outer.height / 2 - y));
  };
  const nodeOf = (target: EventTarget | null) =>
    target instanceof Element ? target.closest<SVGGElement>('[data-node]') : null;
  const emphasize = (element: SVGGElement | null) => {
    if (!graph) return;
    const node = element?.dataset.node;
    graph.content.classList.toggle('has-active', node !== undefined);
    for (const each of graph.content.querySelectorAll<SVGGElement>('.node, .edge')) {
      const { from, to, node: own } = each.dataset;
      const isEdge = node !== undefined && (from === node || to === node);
      each.classList.toggle('active', isEdge || (node !== undefined && own === node));
      if (!isEdge) continue;
      for (const end of [from, to]) {
        graph.content.querySelector(`[data-node="${end}"]`)?.classList.add('active');
      }
    }
  };

  // A new drawing.
  useEffect(() => {
    if (!graph) return;
    const svg = document.createElementNS(SVG, 'svg');
    svg.setAttribute('class', 'flow-drawing');
    svg.append(graph.content);
    frame.current!.prepend(svg);
    for (const node of graph.content.querySelectorAll<SVGGElement>('[data-node]')) {
      if (node.dataset.node === 'root') continue;
      node.setAttribute('tabindex', '0');
      node.setAttribute('role', 'button');
      node.setAttribute('aria-label', labelOf(Number(node.dataset.node)));
    }
    put({ left: 0, top: 0, scale: 1 });
    const root = graph.content.querySelector<SVGGElement>('[data-node="root"]');
    put(readable(graph, size(), root ? middleOf(root).x : graph.width / 2));
    return () => svg.remove();
  }, [graph]);

  useEffect(() => {
    if (!graph) return;
    let first: SVGGElement | undefined;
    for (const node of graph.content.querySelectorAll<SVGGElement>('[data-node]')) {
      const number = Number(node.dataset.node);
      node.classList.toggle('found', found.has(number));
      node.classList.toggle('chosen', chosen === number);
      if (!Number.isNaN(number)) node.setAttribute('aria-pressed', String(chosen === number));
      if (found.has(number) && (!first || number < Number(first.dataset.node))) first = node;
    }
    reveal(first);
  }, [graph, found, chosen]);

  // Wheels have to be stopped from scrolling the page, which Preact's own listeners may not do.
  useEffect(() => {
    const element = frame.current!;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const { x, y } = size();
      // Wheels that count in lines, and those that count in pixels.
      const pixels =
        event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY : event.deltaY * 30;
      const factor = Math.exp(-pixels * (event.ctrlKey ? 0.01 : 0.002));
      put(zoomed(place.current, factor, event.clientX - x, event.clientY - y));
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [graph]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = {
      ArrowLeft: [KEY_STEP, 0],
      ArrowRight: [-KEY_STEP, 0],
      ArrowUp: [0, KEY_STEP],
      ArrowDown: [0, -KEY_STEP],
    }[event.key];
    if (step) put(moved(place.current, step[0]!, step[1]!));
    else if (event.key === '+' || event.key === '=') zoom(KEY_FACTOR);
    else if (event.key === '-') zoom(1 / KEY_FACTOR);
    else if (event.key === '0' || event.key === 'Home')
      put(graph ? fitted(graph, size()) : place.current);
    else if (event.key === 'Escape') onChoose(undefined);
    else if (event.key === 'Enter' || event.key === ' ') {
      const node = nodeOf(event.target)?.dataset.node;
      if (node === undefined) return;
      onChoose(Number(node));
    } else return;
    event.preventDefault();
  };
  const onPointerMove = (event: PointerEvent) => {
    const before = pointers.current.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    pointers.current.set(event.pointerId, now);
    travelled.current += Math.hypot(now.x - before.x, now.y - before.y);
    if (travelled.current < CLICK_PIXELS) return;
    const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
    if (other === undefined) {
      // Only now, since a captured pointer's click is the frame's and not the node's.
      frame.current!.setPointerCapture(event.pointerId);
      put(moved(place.current, now.x - before.x, now.y - before.y));
      return;
    }
    const { x, y } = size();
    const distance = (point: typeof now) => Math.hypot(point.x - other.x, point.y - other.y);
    const factor = distance(now) / Math.max(distance(before), 1);
    // What is below the other finger stays there: fingers that move alike move the drawing.
    put(zoomed(place.current, factor, other.x - x, other.y - y));
  };
  const forget = ({ pointerId }: PointerEvent) => pointers.current.delete(pointerId);
  return (
    <div class="flow-frame">
      <section
        ref={frame}
        class="flow-view"
        aria-label="Flow graph. Arrow keys move it, plus and minus zoom, 0 shows all of it, Tab goes from function to function."
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard moves and zooms it.
        tabIndex={0}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          if (pointers.current.size === 0) travelled.current = 0;
          pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
        }}
        onPointerMove={onPointerMove}
        onPointerUp={forget}
        onPointerCancel={forget}
        onPointerLeave={(event) => {
          forget(event);
          emphasize(null);
        }}
        onPointerOver={({ target }) => emphasize(nodeOf(target))}
        onFocusIn={({ target }) => {
          const node = nodeOf(target);
          emphasize(node);
          // Only a keyboard goes to what is out of sight.
          if (node && pointers.current.size === 0) reveal(node);
        }}
        onFocusOut={() => emphasize(null)}
        onClick={({ target }) => {
          if (travelled.current >= CLICK_PIXELS) return;
          const node = nodeOf(target)?.dataset.node;
          onChoose(node === undefined || node === 'root' ? undefined : Number(node));
        }}
      />
      <fieldset class="flow-zoom" aria-label="Zoom">
        <button type="button" aria-label="Zoom in" onClick={() => zoom(KEY_FACTOR)}>
          +
        </button>
        <button type="button" aria-label="Zoom out" onClick={() => zoom(1 / KEY_FACTOR)}>
          −
        </button>
        <button
          type="button"
          onClick={() => {
            if (graph) put(fitted(graph, size()));
          }}
        >
          Fit
        </button>
      </fieldset>
      {children}
    </div>
  );
}
