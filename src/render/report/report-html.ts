import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { escapeMarkup } from '../markup.js';
import { type ReportSections, SECTIONS } from './report-data.js';
import type { ServedPage } from './served-news.js';

/** How a page is shown. */
export interface ReportPage {
  readonly title: string;
  readonly sections: ReportSections;
  /** Served by `heapprof view`: the page may ask where it came from, and nobody else. */
  readonly served?: ServedPage | undefined;
}

/** The bundle is in `dist/` also where this runs from `src/`. */
const PAGE_FOLDER = new URL('../../../dist/page/', import.meta.url);

/**
 * A report as a page in one file, which asks nobody for anything: docs/report-format.md. Its policy lets nothing run but its own script.
 * @throws Error if the package was not built.
 */
export function reportHtml({ title, sections, served }: ReportPage): string {
  const script = readFileSync(new URL('page.js', PAGE_FOLDER), 'utf8');
  const style = readFileSync(new URL('page.css', PAGE_FOLDER), 'utf8');
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy(script, style, served !== undefined)}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    `<title>${escapeMarkup(title)} – heapprof</title>`,
    // Without it browsers ask for one.
    '<link rel="icon" href="data:,">',
    `<style>${inElement(style)}</style>`,
    '</head>',
    `<body${served ? ` data-served="${escapeMarkup(JSON.stringify(served))}"` : ''}>`,
    '<div id="app"><p class="loading">Reading the report …</p></div>',
    '<noscript>This report needs JavaScript; nothing of it leaves this page.</noscript>',
    ...SECTIONS.flatMap((name) => {
      const text = sections[name];
      return text === undefined ? [] : [sectionElement(name, text)];
    }),
    sectionElement('graphviz', readFileSync(new URL('graphviz.js.gz', PAGE_FOLDER), 'base64')),
    `<script id="page">${inElement(script)}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function sectionElement(name: string, base64: string): string {
  return `<script type="application/octet-stream;base64" id="${name}">${base64}</script>`;
}

function policy(script: string, style: string, isServed: boolean): string {
  return [
    "default-src 'none'",
    `script-src '${hashOf(inElement(script))}' 'wasm-unsafe-eval'`,
    'worker-src blob:',
    `style-src '${hashOf(inElement(style))}'`,
    'img-src data: blob:',
    "base-uri 'none'",
    "form-action 'none'",
    ...(isServed ? ["connect-src 'self'"] : []),
  ].join('; ');
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/**
 * Code as the text of an element: nothing in it ends the element, or begins a comment that would hide its end. The bundler
 * writes neither outside of strings, where a backslash changes nothing.
 */
function inElement(code: string): string {
  return code.replace(/<(?=\/(?:script|style)|!--)/gi, '<\\');
}
