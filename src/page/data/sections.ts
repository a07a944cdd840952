import type { SectionName } from '../../render/report/report-data.js';

/** The bytes of a part of a report. */
export async function inflate(base64: string): Promise<Uint8Array<ArrayBuffer>> {
  const text = atob(base64);
  // Not `Uint8Array.from`, which takes thirty times as long: there are megabytes.
  const packed = new Uint8Array(text.length);
  for (let k = 0; k < text.length; k++) packed[k] = text.charCodeAt(k);
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
