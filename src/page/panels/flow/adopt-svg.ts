const SVG = 'http://www.w3.org/2000/svg';

/** What Graphviz draws with. A link, which tells what shows under the mouse, becomes a plain group. */
const ELEMENTS: Readonly<Record<string, string>> = {
  g: 'g',
  a: 'g',
  polygon: 'polygon',
  polyline: 'polyline',
  path: 'path',
  ellipse: 'ellipse',
  text: 'text',
};

const ATTRIBUTES: ReadonlySet<string> = new Set([
  'cx',
  'cy',
  'd',
  'fill',
  'fill-opacity',
  'font-family',
  'font-size',
  'font-style',
  'font-weight',
  'points',
  'rx',
  'ry',
  'stroke',
  'stroke-dasharray',
  'stroke-width',
  'text-anchor',
  'transform',
  'x',
  'y',
]);

/** Numbers, colours, and names of fonts; nothing that refers to something else. */
const HARMLESS = /^(?!.*url)[\w\s.,#()%+-]*$/i;

/** A drawing of Graphviz. */
export interface AdoptedGraph {
  /** `g.node` with `data-node`, its position in the graph's nodes or `root`; `g.edge` with `data-from` and `data-to`, likewise. */
  readonly content: SVGGElement;
  /** In its own units, points. */
  readonly width: number;
  readonly height: number;
}

/**
 * Takes over a drawing of Graphviz, element by element: its labels come from recordings. What is not known to be harmless is left out.
 * @throws Error if the text is no SVG.
 */
export function adoptSvg(text: string): AdoptedGraph {
  const { documentElement } = new DOMParser().parseFromString(text, 'image/svg+xml');
  const box = /^0(?:\.0+)? 0(?:\.0+)? ([\d.]+) ([\d.]+)$/.exec(
    documentElement.getAttribute('viewBox') ?? '',
  );
  if (documentElement.localName !== 'svg' || box === null) {
    throw new Error('Graphviz made something that is no drawing.');
  }
  const content = document.createElementNS(SVG, 'g');
  adoptChildren(documentElement, content);
  return { content, width: Number(box[1]), height: Number(box[2]) };
}

function adoptChildren(from: Element, into: Element): void {
  for (const child of from.childNodes) {
    if (child.nodeType === Node.TEXT_NODE && into.localName === 'text') {
      into.append(child.textContent ?? '');
    } else if (child instanceof Element) {
      const name = Object.hasOwn(ELEMENTS, child.localName) && ELEMENTS[child.localName];
      if (!name || child.namespaceURI !== SVG || isGround(child)) continue;
      const copy = document.createElementNS(SVG, name);
      for (const { name: attribute, value } of child.attributes) {
        if (ATTRIBUTES.has(attribute) && HARMLESS.test(value)) copy.setAttribute(attribute, value);
      }
      nameCopy(child, copy);
      adoptChildren(child, copy);
      into.append(copy);
    }
  }
}

/** The white ground of the whole graph: the page has one of its own. */
function isGround({ localName, parentElement }: Element): boolean {
  return localName === 'polygon' && parentElement?.getAttribute('class') === 'graph';
}

/** Graphviz says in titles what is drawn: `n3`, or `n3->n5`. */
function nameCopy(from: Element, copy: Element): void {
  const title = [...from.children].find(({ localName }) => localName === 'title')?.textContent;
  const kind = from.getAttribute('class');
  if (kind === 'node') {
    const [, node] = /^n?(root|\d+)$/.exec(title ?? '') ?? [];
    copy.setAttribute('class', 'node');
    if (node !== undefined) copy.setAttribute('data-node', node);
  } else if (kind === 'edge') {
    const [, start, end] = /^n?(root|\d+)->n(\d+)$/.exec(title ?? '') ?? [];
    copy.setAttribute('class', 'edge');
    if (start === undefined || end === undefined) return;
    copy.setAttribute('data-from', start);
    copy.setAttribute('data-to', end);
  }
}
