import UPlot from 'uplot';
import type { TimePlotPoint } from '../../analysis/time-plot.js';
import { byteUnit } from '../../render/axis-units.js';
import { shown as shownText } from '../parts/text.js';
import type { TimeRange } from '../state/hash.js';
import { type SeriesName, seriesHeights, TIME_SERIES } from './series.js';
import type { TimeMark, TimeSpan } from './spans.js';
import { BYTE_STEPS, TIME_STEPS, timeText } from './time-axis.js';

/** What a plot draws. */
export interface PlotContent {
  readonly points: readonly TimePlotPoint[];
  readonly shown: ReadonlySet<SeriesName>;
  readonly view: TimeRange;
  readonly marks: readonly TimeMark[];
  readonly spans: readonly TimeSpan[];
  /** Where the most was live. */
  readonly peak: TimePlotPoint;
}

/** Garbage collections are drawn where points are so many pixels apart, or more. */
const MIN_GC_SPACING = 3;

/** Height of the strip of pauses, of a row of spans, and of one with room for names. */
const GC_HEIGHT = 10;
const SPAN_HEIGHT = 5;
const NAMED_SPAN_HEIGHT = 13;

/** More rows of spans than this would hide the lines. */
const MAX_SPAN_ROWS = 3;

/** Names of marks have so many pixels at least, or are left out. */
const MIN_LABEL_SPACE = 70;

/** What is drawn over the lines and moves without drawing them again. */
const OVERLAYS = ['before', 'after', 'range', 'side-a', 'side-b', 'pointer'] as const;

type Overlay = (typeof OVERLAYS)[number];

/** The canvas of the time line. */
export class TimeLinePlot {
  readonly #plot: UPlot;
  readonly #overlays: ReadonlyMap<Overlay, HTMLElement>;
  #content: PlotContent;

  constructor(place: HTMLElement, content: PlotContent) {
    this.#content = content;
    this.#plot = new UPlot(this.#options(place), this.#heights(), place);
    this.#overlays = new Map(
      OVERLAYS.map((name) => {
        const element = document.createElement('div');
        element.className = `time-${name}`;
        element.hidden = true;
        this.#plot.over.append(element);
        return [name, element];
      }),
    );
  }

  /** Draws something else. */
  draw(content: PlotContent): void {
    const before = this.#content;
    this.#content = content;
    const { points, shown, view } = content;
    this.#plot.batch(() => {
      if (points !== before.points || shown !== before.shown) {
        for (const [k, { name }] of TIME_SERIES.entries()) {
          const number = k + 1;
          if (this.#plot.series[number]!.show !== shown.has(name)) {
            this.#plot.setSeries(number, { show: shown.has(name) });
          }
        }
        this.#plot.setData(this.#heights(), false);
      }
      this.#plot.setScale('x', { min: view.from, max: view.to });
    });
  }

  /** Draws the same in other colours. */
  redraw(): void {
    this.#plot.redraw(false, true);
  }

  resize(width: number, height: number): void {
    if (width > 0 && (width !== this.#plot.width || height !== this.#plot.height)) {
      this.#plot.setSize({ width, height });
    }
  }

  /** Shades what is outside of a range, or marks an instant. */
  choose(range: TimeRange | undefined): void {
    const { from, to } = this.#content.view;
    const isInstant = range !== undefined && range.from === range.to;
    this.#place('before', range && !isInstant ? { from, to: range.from } : undefined);
    this.#place('after', range && !isInstant ? { from: range.to, to } : undefined);
    this.#place('range', range);
    this.#overlays.get('range')!.classList.toggle('instant', isInstant);
  }

  /** Marks the sides of a comparison. */
  compare(a: TimeRange | undefined, b: TimeRange | undefined): void {
    this.#place('side-a', a);
    this.#place('side-b', b);
  }

  /** Marks the time that figures are shown of. */
  point(seconds: number | undefined): void {
    this.#place('pointer', seconds === undefined ? undefined : { from: seconds, to: seconds });
  }

  /**
   * The time at a horizontal position in the window.
   * @param view what is seen; it can be ahead of what is drawn
   */
  timeAt(clientX: number, { from, to }: TimeRange = this.#content.view): number {
    const { left, width } = this.#plot.over.getBoundingClientRect();
    return from + ((clientX - left) / Math.max(width, 1)) * (to - from);
  }

  /** Where a time is, in pixels from the left edge of the whole plot. */
  leftOf(seconds: number): number {
    return this.#plot.over.offsetLeft + this.#plot.valToPos(seconds, 'x');
  }

  /** Seconds that a pixel stands for. */
  get secondsPerPixel(): number {
    const { from, to } = this.#content.view;
    return (to - from) / Math.max(this.#plot.over.clientWidth, 1);
  }

  /** Whether a position in the window is on the axis of time. */
  isOnAxis(clientY: number): boolean {
    return clientY > this.#plot.over.getBoundingClientRect().bottom;
  }

  destroy(): void {
    this.#plot.destroy();
  }

  #heights(): UPlot.AlignedData {
    return seriesHeights(this.#content.points, this.#content.shown);
  }

  #place(name: Overlay, range: TimeRange | undefined): void {
    const element = this.#overlays.get(name)!;
    const { from, to } = this.#content.view;
    const isSeen = range !== undefined && range.to >= from && range.from <= to;
    element.hidden = !isSeen;
    if (!isSeen) return;
    const left = this.#plot.valToPos(Math.max(range.from, from), 'x');
    const right = this.#plot.valToPos(Math.min(range.to, to), 'x');
    element.style.transform = `translateX(${left}px)`;
    element.style.width = `${right - left}px`;
  }

  #options(place: HTMLElement): UPlot.Options {
    const colorOf = (property: string) => getComputedStyle(place).getPropertyValue(property).trim();
    const font = '11px system-ui, sans-serif';
    const axis = {
      font,
      stroke: () => colorOf('--faint'),
      ticks: { show: false },
    };
    return {
      width: Math.max(place.clientWidth, 100),
      height: Math.max(place.clientHeight, 50),
      pxAlign: 1,
      padding: [7, 20, 0, 0],
      legend: { show: false },
      cursor: { show: false, drag: { x: false, y: false } },
      scales: {
        x: { time: false, auto: false, min: this.#content.view.from, max: this.#content.view.to },
        y: { range: (_, __, most) => [0, Math.max(most ?? 0, 1) * 1.08] },
      },
      axes: [
        {
          ...axis,
          grid: { show: false },
          size: 18,
          gap: 3,
          space: 80,
          incrs: [...TIME_STEPS],
          values: (_, splits, __, ___, step) => splits.map((seconds) => timeText(seconds, step)),
        },
        {
          ...axis,
          grid: { stroke: () => colorOf('--line'), width: 1 },
          size: 58,
          gap: 4,
          space: (plot) => (plot.height < 100 ? 18 : 26),
          incrs: [...BYTE_STEPS],
          values: (_, splits) => splits.map(wholeBytes),
        },
      ],
      // Array buffers reach up to the sum, and the objects cover their part of it.
      series: [
        {},
        ...TIME_SERIES.map(
          ({ name, color, area, dash }): UPlot.Series => ({
            show: this.#content.shown.has(name),
            stroke: () => colorOf(color),
            ...(area && { fill: () => colorOf(area) }),
            width: name === 'used' ? 2 : 1.25,
            dash: [...dash],
            points: { show: false },
          }),
        ),
      ],
      hooks: {
        draw: [(plot) => this.#drawMarks(plot, colorOf)],
      },
    };
  }

  /** Pauses, marks, spans and the peak, on the plot's own canvas. */
  #drawMarks(plot: UPlot, colorOf: (property: string) => string): void {
    const { ctx } = plot;
    const pixel = UPlot.pxRatio;
    const { left, top, width, height } = plot.bbox;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, width, height);
    ctx.clip();
    const x = (seconds: number) => plot.valToPos(seconds, 'x', true);
    this.#drawPauses(ctx, x, { bottom: top + height, pixel }, colorOf('--gc'));
    this.#drawSpans(ctx, x, { top, pixel }, colorOf);
    this.#drawTimes(ctx, x, { top, height, pixel, right: left + width }, colorOf);
    ctx.restore();
    this.#drawPeak(ctx, x, colorOf('--text'));
  }

  /** A triangle that stands on the peak, also where it is at the edge. */
  #drawPeak(ctx: CanvasRenderingContext2D, x: (seconds: number) => number, color: string): void {
    const { peak, shown, view } = this.#content;
    const { timeSeconds, liveBytes, liveBytesByKind } = peak;
    const isBoth = shown.has('heap') && shown.has('buffers');
    const bytes = isBoth ? liveBytes : liveBytesByKind[shown.has('heap') ? 'heap' : 'arrayBuffer'];
    const isSeen = isBoth || shown.has('heap') || shown.has('buffers');
    if (!isSeen || bytes <= 0 || timeSeconds < view.from || timeSeconds > view.to) return;
    const size = 5 * UPlot.pxRatio;
    const px = x(timeSeconds);
    const py = this.#plot.valToPos(bytes, 'y', true) - UPlot.pxRatio;
    ctx.fillStyle = color;
    ctx.beginPath();
    ctx.moveTo(px, py);
    ctx.lineTo(px - size, py - 1.3 * size);
    ctx.lineTo(px + size, py - 1.3 * size);
    ctx.fill();
  }

  /** A bar for each point before which garbage was collected; full height where half of the time was spent so. */
  #drawPauses(
    ctx: CanvasRenderingContext2D,
    x: (seconds: number) => number,
    { bottom, pixel }: { readonly bottom: number; readonly pixel: number },
    color: string,
  ): void {
    const { points, view } = this.#content;
    const first = points.findIndex(({ timeSeconds }) => timeSeconds >= view.from);
    const end = points.findLastIndex(({ timeSeconds }) => timeSeconds <= view.to);
    if (first < 0 || end < first) return;
    const spacing = (x(points[end]!.timeSeconds) - x(points[first]!.timeSeconds)) / (end - first);
    // Of a single point the spacing is not a number.
    if (spacing < MIN_GC_SPACING * pixel) return;
    ctx.fillStyle = color;
    for (let index = Math.max(first, 1); index <= Math.min(end + 1, points.length - 1); index++) {
      const { collections, gcPauseSeconds, timeSeconds } = points[index]!;
      if (collections === 0) continue;
      const begin = points[index - 1]!.timeSeconds;
      const share = gcPauseSeconds / Math.max(timeSeconds - begin, 1e-6);
      const height = Math.max(Math.sqrt(Math.min(2 * share, 1)) * GC_HEIGHT, 1.5) * pixel;
      const [from, to] = [x(begin), x(timeSeconds)];
      ctx.fillRect(from + pixel / 2, bottom - height, Math.max(to - from - pixel, pixel), height);
    }
  }

  /** Where all spans have room in one row, they have their names in them. */
  #drawSpans(
    ctx: CanvasRenderingContext2D,
    x: (seconds: number) => number,
    { top, pixel }: { readonly top: number; readonly pixel: number },
    colorOf: (property: string) => string,
  ): void {
    const { spans, view } = this.#content;
    const [fill, color] = [colorOf('--span'), colorOf('--text')];
    const { isNamed, height } = this.#spanRows();
    for (const { from, to, row, name } of spans) {
      if (row >= MAX_SPAN_ROWS || to < view.from || from > view.to) continue;
      const [start, end] = [x(Math.max(from, view.from)), x(Math.min(to, view.to))];
      const y = top + row * (height + 1) * pixel;
      ctx.fillStyle = fill;
      ctx.fillRect(start, y, Math.max(end - start, pixel), height * pixel);
      const room = end - start - 6 * pixel;
      if (!isNamed || room < MIN_LABEL_SPACE * pixel) continue;
      this.#text(ctx, name, { x: start + 3 * pixel, y: y + 10 * pixel, room }, { color });
    }
  }

  #spanRows(): { readonly isNamed: boolean; readonly height: number; readonly all: number } {
    const { spans } = this.#content;
    const count = Math.min(Math.max(-1, ...spans.map(({ row }) => row)) + 1, MAX_SPAN_ROWS);
    const isNamed = count <= 1;
    const height = isNamed ? NAMED_SPAN_HEIGHT : SPAN_HEIGHT;
    return { isNamed, height, all: count * (height + 1) };
  }

  #drawTimes(
    ctx: CanvasRenderingContext2D,
    x: (seconds: number) => number,
    at: {
      readonly top: number;
      readonly height: number;
      readonly pixel: number;
      readonly right: number;
    },
    colorOf: (property: string) => string,
  ): void {
    const { top, height, pixel, right } = at;
    const { marks, view } = this.#content;
    const seen = marks.filter((mark) => mark.at >= view.from && mark.at <= view.to);
    ctx.strokeStyle = colorOf('--mark');
    ctx.fillStyle = colorOf('--mark');
    ctx.lineWidth = pixel;
    ctx.setLineDash([2 * pixel, 3 * pixel]);
    for (const { at: seconds } of seen) {
      const px = Math.round(x(seconds)) + pixel / 2;
      ctx.beginPath();
      ctx.moveTo(px, top);
      ctx.lineTo(px, top + height);
      ctx.stroke();
      ctx.fillRect(px - 2 * pixel, top + height - 4 * pixel, 4 * pixel, 4 * pixel);
    }
    ctx.setLineDash([]);
    const style = { color: colorOf('--text'), halo: colorOf('--ground') };
    const y = top + (this.#spanRows().all + 11) * pixel;
    for (const [k, { at: seconds, name }] of seen.entries()) {
      const start = x(seconds) + 4 * pixel;
      const next = seen[k + 1];
      const room = (next === undefined ? right : x(next.at)) - start - 4 * pixel;
      if (room < MIN_LABEL_SPACE * pixel) continue;
      this.#text(ctx, name, { x: start, y, room }, style);
    }
  }

  /** A name, cut to the room that there is; a halo sets it off from lines. */
  #text(
    ctx: CanvasRenderingContext2D,
    name: string,
    { x, y, room }: { readonly x: number; readonly y: number; readonly room: number },
    { color, halo }: { readonly color: string; readonly halo?: string },
  ): void {
    const pixel = UPlot.pxRatio;
    ctx.font = `${11 * pixel}px system-ui, sans-serif`;
    ctx.textAlign = 'left';
    ctx.textBaseline = 'alphabetic';
    ctx.fillStyle = color;
    const letters = Math.floor(Math.min(room, 160 * pixel) / (6.5 * pixel));
    const text = shownText(name);
    const cut = text.length > letters ? `${text.slice(0, letters - 1)}…` : text;
    if (halo !== undefined) {
      ctx.lineWidth = 3 * pixel;
      ctx.lineJoin = 'round';
      ctx.strokeStyle = halo;
      ctx.strokeText(cut, x, y);
    }
    ctx.fillText(cut, x, y);
  }
}

/** `64 MiB`; steps of the axis are whole, or halves, in their unit. */
function wholeBytes(bytes: number): string {
  const { size, symbol } = byteUnit(bytes);
  return `${Number((bytes / size).toFixed(2))} ${symbol}`;
}
