import { sanitize } from '../../render/sanitize.js';

/** Pixels of a picture for each of the page's: sharp on today's screens. */
const PNG_SCALE = 2;

/** What of a style an SVG image says by itself, without the page's style sheets. */
const SVG_STYLES = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-opacity',
  'stroke-dasharray',
  'stroke-linejoin',
  'opacity',
  'font-family',
  'font-size',
  'font-weight',
  'text-anchor',
  'dominant-baseline',
  'vector-effect',
] as const;

/** A cell of {@link csvBlob}. Numbers are written in full, without units. */
export type CsvCell = string | number | undefined;

/** Has the browser save a file. */
export function download(blob: Blob, fileName: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  // The browser has taken hold of it by then; some do so only after this task.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Name of a file: what a person calls the recording, and what of it this is. Only characters that every system takes. */
export function fileNameOf(title: string, what: string, extension: string): string {
  const base = title
    .replace(/\.[cm]?[jt]s$/, '')
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 80);
  return `${base || 'recording'}-${what}.${extension}`;
}

/** A table as comma-separated values (RFC 4180), the names of the columns first. Text goes through `sanitize`. */
export function csvBlob(columns: readonly string[], rows: Iterable<readonly CsvCell[]>): Blob {
  const lines = [columns, ...rows].map((cells) => cells.map(csvCell).join(','));
  return new Blob([`${lines.join('\r\n')}\r\n`], { type: 'text/csv' });
}

function csvCell(cell: CsvCell): string {
  if (cell === undefined) return '';
  if (typeof cell === 'number') return String(cell);
  // A name that begins so would be a formula to a spreadsheet, which a recording has no business in.
  const text = sanitize(cell).replace(/^(?=[=+\-@])/, "'");
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** An SVG element of the page as a file of its own, as it looks now. */
export function svgBlob(svg: SVGSVGElement): Blob {
  return new Blob([standaloneSvg(svg)], { type: 'image/svg+xml' });
}

/** SVG text that is complete as it is, as a file. */
export function svgTextBlob(text: string): Blob {
  return new Blob([text], { type: 'image/svg+xml' });
}

/** An SVG element of the page as a picture, on the page's ground. */
export function pngOfSvg(svg: SVGSVGElement): Promise<Blob> {
  const { width, height } = svg.getBoundingClientRect();
  return pngOfSvgText(standaloneSvg(svg), width, height);
}

/** SVG text that is complete as it is as a picture of a size in CSS pixels, on the page's ground. */
export async function pngOfSvgText(text: string, width: number, height: number): Promise<Blob> {
  const url = URL.createObjectURL(svgTextBlob(text));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    return await pngOf(image, width * PNG_SCALE, height * PNG_SCALE);
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** What a canvas shows as a picture, on the page's ground. */
export function pngOfCanvas(canvas: HTMLCanvasElement): Promise<Blob> {
  return pngOf(canvas, canvas.width, canvas.height);
}

async function pngOf(source: CanvasImageSource, width: number, height: number): Promise<Blob> {
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(Math.round(width), 1);
  canvas.height = Math.max(Math.round(height), 1);
  const context = canvas.getContext('2d')!;
  context.fillStyle = getComputedStyle(document.body).backgroundColor;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => {
    canvas.toBlob(resolve, 'image/png');
  });
  if (blob) return blob;
  throw new Error('The browser cannot make a picture that is so large; make the window smaller.');
}

/** With its styles as attributes, which hold where the page's style sheets are not. */
function standaloneSvg(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const originals = [svg, ...svg.querySelectorAll('*')];
  const copies = [copy, ...copy.querySelectorAll('*')];
  for (const [place, original] of originals.entries()) {
    const style = getComputedStyle(original);
    for (const name of SVG_STYLES) copies[place]!.setAttribute(name, style.getPropertyValue(name));
  }
  const { width, height } = svg.getBoundingClientRect();
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  return new XMLSerializer().serializeToString(copy);
}

/** Bytes compressed by gzip. */
export async function gzipBlob(bytes: Uint8Array<ArrayBuffer>): Promise<Blob> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Blob([await new Response(stream).arrayBuffer()], { type: 'application/gzip' });
}
