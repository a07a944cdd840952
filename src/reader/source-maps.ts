import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { TraceMap } from '@jridgewell/trace-mapping';
import { fileName } from '../base/file-name.js';
import type { Frame } from '../model/frame.js';
import { localPath, readLocalFile } from './local-file.js';
import { LINE_END } from './source-lines.js';

const require = createRequire(import.meta.url);

/** Loaded when it is first needed: a program that records itself loads us too, and has no use for it. */
const traceMapping = () =>
  require('@jridgewell/trace-mapping') as typeof import('@jridgewell/trace-mapping');

/** How the comment begins that names a file's map, and what stands before it. */
const MAP_COMMENT = 'sourceMappingURL=';
const BEFORE_COMMENT = /[/*][#@][ \t]+$/;

/** A map within the comment. */
const INLINE_MAP = /^data:application\/json(?:;charset=[^;,]*)?(;base64)?,(.*)$/is;

/** Statements are seldom longer; a line of a minified file is. */
const STATEMENT_LINES = 5;

/** Original sources of frames, by source maps (https://tc39.es/ecma426/), which are read when they are first needed. */
export class SourceMaps {
  readonly #folder: string | undefined;
  /** By the file of frames; undefined where there is none that can be used. */
  readonly #maps = new Map<string, TraceMap | undefined>();
  /** Texts that maps have with them, by the original file. */
  readonly #texts = new Map<string, string>();
  readonly #lines = new Map<string, readonly string[]>();

  /** @param folder where maps are looked for first: as the name of a frame's file with `.map` */
  constructor(folder?: string) {
    this.#folder = folder;
  }

  /** The frame in its original source; the same frame where no map tells. Its function keeps its name. */
  original(frame: Frame): Frame {
    if (frame.line === 0 || frame.file === '') return frame;
    const map = this.#mapOf(frame.file);
    if (map === undefined) return frame;
    if (frame.column === 0) return withoutColumn(frame, map);
    const { source, line, column } = traceMapping().originalPositionFor(map, {
      line: frame.line,
      column: frame.column - 1,
    });
    if (source === null || line === null) return frame;
    return { ...frame, file: source, line, column: column + 1 };
  }

  /** The text of a line (counts from 1) of an original source, as its map has it; undefined where no map that was used does. */
  line(file: string, line: number): string | undefined {
    const text = this.#texts.get(file);
    if (text === undefined) return undefined;
    let lines = this.#lines.get(file);
    if (lines === undefined) {
      lines = text.split(LINE_END);
      this.#lines.set(file, lines);
    }
    return lines[line - 1];
  }

  #mapOf(file: string): TraceMap | undefined {
    if (!this.#maps.has(file)) this.#maps.set(file, this.#load(file));
    return this.#maps.get(file);
  }

  #load(file: string): TraceMap | undefined {
    const found = this.#inFolder(file) ?? mapOfFile(file);
    if (found === undefined) return undefined;
    try {
      // What stands before is there so that a page does not run it.
      const map = new (traceMapping().TraceMap)(
        found.json.replace(/^\)\]\}'[^\n]*\n/, ''),
        found.url,
      );
      for (const [k, source] of map.resolvedSources.entries()) {
        const text = map.sourcesContent?.[k];
        if (source !== null && typeof text === 'string') this.#texts.set(source, text);
      }
      return map;
    } catch {
      // Not a map: the frames stay as they are.
      return undefined;
    }
  }

  #inFolder(file: string): FoundMap | undefined {
    if (this.#folder === undefined) return undefined;
    return readMap(path.resolve(this.#folder, `${fileName(file)}.map`));
  }
}

/**
 * A frame of which only the line is known, as the engine `observer` records it: where all of the line comes from one source, that is its file, and
 * where it comes from a few neighbouring lines, the first of these is its line. Of a minified file a line is everything, and tells nothing.
 */
function withoutColumn(frame: Frame, map: TraceMap): Frame {
  let file: string | null = null;
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  for (const segment of traceMapping().decodedMappings(map)[frame.line - 1] ?? []) {
    if (segment.length === 1) continue;
    const source = map.resolvedSources[segment[1]] ?? null;
    if (file !== null && source !== file) return frame;
    file = source;
    first = Math.min(first, segment[2] + 1);
    last = Math.max(last, segment[2] + 1);
  }
  if (file === null) return frame;
  return { ...frame, file, line: last - first < STATEMENT_LINES ? first : 0 };
}

/** The text of a map, and where it is: its sources are relative to that. */
interface FoundMap {
  readonly json: string;
  readonly url: string;
}

/** The map that a file of this machine names, or has in it. */
function mapOfFile(file: string): FoundMap | undefined {
  const script = localPath(file);
  if (script === undefined) return undefined;
  const comment = mapComment(readLocalFile(script)?.toString('utf8') ?? '');
  if (comment === undefined) return undefined;
  const inline = INLINE_MAP.exec(comment);
  const base = pathToFileURL(script);
  if (inline !== null) {
    const [, isBase64, data] = inline as unknown as [string, string | undefined, string];
    try {
      const json = isBase64 ? Buffer.from(data, 'base64').toString() : decodeURIComponent(data);
      return { json, url: base.href };
    } catch {
      return undefined;
    }
  }
  const url = URL.canParse(comment, base.href) ? new URL(comment, base) : undefined;
  const mapPath = url?.protocol === 'file:' ? localPath(url.href) : undefined;
  return mapPath === undefined ? undefined : readMap(mapPath);
}

/** What the last comment of a script says that names its map. */
function mapComment(script: string): string | undefined {
  const at = script.lastIndexOf(MAP_COMMENT);
  if (at < 0 || !BEFORE_COMMENT.test(script.slice(Math.max(0, at - 8), at))) return undefined;
  return /^[^\s'"*]+/.exec(script.slice(at + MAP_COMMENT.length))?.[0];
}

function readMap(file: string): FoundMap | undefined {
  const json = readLocalFile(file)?.toString('utf8');
  return json === undefined ? undefined : { json, url: pathToFileURL(file).href };
}
