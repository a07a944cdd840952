import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { isPrinting } from '../parts/printing.js';
import { useMatches } from '../parts/use-matches.js';
import {
  childrenOf,
  type FlameLayout,
  nodeAt,
  nodeInDirection,
  partOf,
  pathTo,
  rowsBelow,
} from './flame-layout.js';
import { FlamePainter, MIN_WIDTH, ROW_HEIGHT } from './flame-picture.js';
import { useLongPress } from './long-press.js';
import { type PagePoint, PointerTip } from './pointer-tip.js';

/** What {@link FlameCanvas} is given. Functions of nodes have to stay the same objects from one drawing to the next where nothing has changed. */
export interface FlameCanvasProps {
  /** What the graph is called for those who do not see it. */
  readonly name: string;
  /** Made by `layOutFlame`, best in the worker thread. */
  readonly layout: FlameLayout;
  /** What can stand in a node's box, the longest first; safe to show. */
  readonly labels: (node: number) => readonly string[];
  /** A CSS colour for a box (no custom property), on which text in the page's colour can be read: light on a light page; see `useIsDark`. */
  readonly color: (node: number) => string;
  /** Nodes of equal numbers, of one function say, are highlighted together. */
  readonly group: (node: number) => number;
  /** What a node is, and its figures, in one line: for the tree that screen readers read. */
  readonly describe: (node: number) => string;
  /** What is shown next to the pointer. */
  readonly tooltip: (node: number) => ComponentChildren;
  /** Of a search: the others are faint. */
  readonly isMatch?: ((node: number) => boolean) | undefined;
  /** The node that takes the whole width; 0 for all. */
  readonly zoomed: number;
  /** A node was clicked, or Enter pressed on it; 0 by Escape. */
  readonly onZoom: (node: number) => void;
  /** The node that arrow keys have gone to, or that was clicked. */
  readonly chosen: number;
  readonly onChoose: (node: number) => void;
  /** A menu was asked for, by the right button or by the keyboard. */
  readonly onMenu?: ((node: number, at: PagePoint) => void) | undefined;
}

/** A reader of the hidden tree needs no more brothers and sisters than this. */
const MAX_LISTED = 50;

const DIRECTIONS = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
} as const;

/**
 * A flame graph on a canvas, which stays fluid with a million nodes: only what can be seen is drawn. It is as high as its style sheet
 * says (`.flame`), and scrolls. For the keyboard and for screen readers it is a tree: arrow keys go to the neighbours of a box, Enter
 * zooms, Escape shows all again.
 */
export function FlameCanvas(props: FlameCanvasProps) {
  const { name, layout, zoomed, chosen, isMatch, labels, color, group } = props;
  const { tooltip, onZoom, onChoose, onMenu } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const painter = useRef<FlamePainter>();
  const { width, height } = useSizeOf(scroller);
  const [hover, setHover] = useState<{ readonly node: number; readonly at: PagePoint }>();
  const [hasFocus, setHasFocus] = useState(false);
  const isDark = useIsDark();
  const part = useMemo(() => {
    const { from, width: partWidth } = partOf(layout, zoomed);
    return partWidth > 0 ? { from, width: partWidth } : { from: 0, width: 1 };
  }, [layout, zoomed]);
  const rows = useMemo(
    () => rowsBelow(layout, zoomed, (MIN_WIDTH / Math.max(width, 1)) * part.width),
    [layout, zoomed, part, width],
  );
  const contentHeight = (rows.last - rows.first + 1) * ROW_HEIGHT;

  const draw = useRef(() => {});
  draw.current = () => {
    const element = canvas.current;
    const box = scroller.current;
    if (!element || !box || width === 0) return;
    painter.current ??= new FlamePainter(element.getContext('2d')!);
    const ratio = devicePixelRatio;
    const [pixelWidth, pixelHeight] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (element.width !== pixelWidth) element.width = pixelWidth;
    if (element.height !== pixelHeight) element.height = pixelHeight;
    const style = getComputedStyle(box);
    painter.current.draw({
      ...{ layout, part, zoomed, width, height, color, labels, group, isMatch },
      top: box.scrollTop + rows.first * ROW_HEIGHT,
      hovered: hover?.node,
      chosen: hasFocus || chosen !== 0 ? chosen : undefined,
      text: style.color,
      focus: style.getPropertyValue('--focus'),
    });
  };
  useLayoutEffect(
    () => draw.current(),
    [
      ...[layout, part, rows, width, height, color, labels, group, isMatch, hover?.node, chosen],
      ...[hasFocus, isDark],
    ],
  );
  // A box that was gone to by keys, or zoomed, is in view; in a new graph in the middle of it. Where a graph has only grown, it stays where it is.
  const shownLayout = useRef<FlameLayout>();
  const pointed = useRef<PagePoint>();
  pointed.current = hover?.at;
  useLayoutEffect(() => {
    if (height === 0) return;
    const box = scroller.current!;
    const y = (layout.rows[chosen]! - rows.first) * ROW_HEIGHT;
    if (shownLayout.current?.rootRow !== layout.rootRow) box.scrollTop = y - height / 2;
    else if (y < box.scrollTop) box.scrollTop = y;
    else if (y + ROW_HEIGHT > box.scrollTop + height) box.scrollTop = y + ROW_HEIGHT - height;
    shownLayout.current = layout;
  }, [layout, chosen, rows, height]);
  // What was pointed at is not there any more.
  useEffect(() => setHover(undefined), [zoomed]);
  useEffect(() => {
    const at = pointed.current;
    const node = at && nodeOf({ clientX: at.x, clientY: at.y });
    setHover(at && node !== undefined ? { node, at } : undefined);
  }, [layout]);

  const nodeOf = (event: Pick<MouseEvent, 'clientX' | 'clientY'>): number | undefined => {
    const box = scroller.current!.getBoundingClientRect();
    const y = event.clientY - box.top - scroller.current!.clientTop + scroller.current!.scrollTop;
    const x = event.clientX - box.left - scroller.current!.clientLeft;
    const row = Math.floor(y / ROW_HEIGHT) + rows.first;
    if (x < 0 || x >= width || row < rows.first || row > rows.last) return undefined;
    return nodeAt(layout, row, part.from + (x / width) * part.width);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const { key } = event;
    setHover(undefined);
    if (key in DIRECTIONS) {
      onChoose(nodeInDirection(layout, chosen, DIRECTIONS[key as keyof typeof DIRECTIONS]));
    } else if (key === 'Home') onChoose(0);
    else if (key === 'Enter') onZoom(chosen);
    else if (key === 'Escape') onZoom(0);
    else return;
    event.preventDefault();
  };
  const menuAt = (node: number | undefined, at: (node: number) => PagePoint) => {
    if (!onMenu || node === undefined) return;
    setHover(undefined);
    onChoose(node);
    onMenu(node, at(node));
  };
  const openMenu = (event: MouseEvent) => {
    if (!onMenu) return;
    const isByTouch = event instanceof PointerEvent && event.pointerType === 'touch';
    // By the keyboard it is about the chosen box; by touch it is there already, or comes in a moment.
    const isByKeyboard = event.button !== 2;
    const node = isByKeyboard ? chosen : nodeOf(event);
    if (node !== undefined || isByTouch) event.preventDefault();
    if (isByTouch) return;
    menuAt(node, isByKeyboard ? pointOf : () => ({ x: event.clientX, y: event.clientY }));
  };
  const onLongPress = useRef((_: PagePoint) => {});
  onLongPress.current = (at) => menuAt(nodeOf({ clientX: at.x, clientY: at.y }), () => at);
  const longPress = useLongPress(onLongPress);
  const pointOf = (node: number): PagePoint => {
    const box = scroller.current!.getBoundingClientRect();
    const x = ((layout.starts[node]! - part.from) / part.width) * width;
    const y = (layout.rows[node]! - rows.first + 1) * ROW_HEIGHT - scroller.current!.scrollTop;
    return { x: box.left + Math.max(x, 0), y: box.top + y };
  };

  return (
    <div
      ref={scroller}
      class="flame"
      role="tree"
      aria-label={name}
      aria-activedescendant={`flame-${chosen}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onFocus={() => setHasFocus(true)}
      onBlur={() => setHasFocus(false)}
      onScroll={() => {
        setHover(undefined);
        draw.current();
      }}
      onPointerDown={longPress.onPointerDown}
      onPointerUp={longPress.onPointerUp}
      onPointerCancel={longPress.onPointerCancel}
      onPointerMove={(event) => {
        longPress.onPointerMove(event);
        if (event.pointerType === 'touch') return;
        const node = nodeOf(event);
        setHover(
          node === undefined ? undefined : { node, at: { x: event.clientX, y: event.clientY } },
        );
      }}
      onPointerLeave={() => setHover(undefined)}
      onClick={(event) => {
        const node = nodeOf(event);
        if (node === undefined || longPress.isItsEnd()) return;
        onChoose(node);
        onZoom(node);
      }}
      onContextMenu={openMenu}
    >
      <div class="flame-rows" style={{ height: `${contentHeight}px` }} aria-hidden="true">
        <canvas ref={canvas} style={{ width: `${width}px`, height: `${height}px` }} />
      </div>
      <HiddenTree {...props} />
      {hover && <PointerTip at={hover.at}>{tooltip(hover.node)}</PointerTip>}
    </div>
  );
}

/** What screen readers read: the way to the chosen box, its brothers and sisters, and its children. */
function HiddenTree({ layout, chosen, zoomed, describe }: FlameCanvasProps) {
  const items = useMemo(() => {
    const path = pathTo(layout, chosen);
    const parent = layout.parents[chosen]!;
    const siblings = parent < 0 ? [] : childrenOf(layout, parent, MAX_LISTED);
    const children = childrenOf(layout, chosen, MAX_LISTED);
    const nodes = [...new Set([...path.slice(0, -1), ...siblings, chosen, ...children])];
    return nodes.sort((a, b) => a - b);
  }, [layout, chosen]);
  return (
    <div class="unseen" role="presentation">
      {items.map((node) => (
        <div
          key={node}
          id={`flame-${node}`}
          role="treeitem"
          tabIndex={-1}
          aria-level={Math.abs(layout.rows[node]! - layout.rootRow) + 1}
          aria-selected={node === chosen}
          aria-expanded={layout.ends[node]! > node + 1 ? node === zoomed : undefined}
        >
          {describe(node)}
        </div>
      ))}
    </div>
  );
}

/** Pixels inside of an element, as they change. */
function useSizeOf(element: { readonly current: HTMLElement | null }): {
  readonly width: number;
  readonly height: number;
} {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const of = element.current!;
    const measure = () =>
      setSize((before) =>
        before.width === of.clientWidth && before.height === of.clientHeight
          ? before
          : { width: of.clientWidth, height: of.clientHeight },
      );
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(of);
    return () => observer.disconnect();
  }, [element]);
  return size;
}

/** Whether the page is dark: a canvas has to be told its colours. */
export function useIsDark(): boolean {
  return useMatches('(prefers-color-scheme: dark)') && !isPrinting.value;
}
