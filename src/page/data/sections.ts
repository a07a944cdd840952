import type { SectionName } from '../../render/report/report-data.js';

/** The bytes of a part of a report. */
export async function inflate(base64: string): Promise<Uint8Array<ArrayBuffer>> {
  const packed = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The text of a part of the report that this page is; undefined where it has none. The element is emptied: nobody else needs it. */
export function takeSection(name: SectionName): string | undefined {
  const element = document.getElementById(name);
  const text = element?.textContent;
  element?.remove();
  return text ?? undefined;
}
