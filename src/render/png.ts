import { fileURLToPath } from 'node:url';
import { HeapprofError } from '../base/errors.js';

/** Pixels of the picture for each of the SVG's: sharp on today's screens. */
const SCALE = 2;

/**
 * SVG text as the bytes of a PNG file, on a white ground.
 * @throws HeapprofError if the optional package that draws it is not installed.
 */
export async function renderPng(svg: string): Promise<Uint8Array> {
  const { Resvg } = await loadResvg();
  // The fonts come with us: resvg leaves text out without a word where a system has none.
  const fontFiles = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((name) =>
    fileURLToPath(new URL(`../../assets/fonts/${name}`, import.meta.url)),
  );
  const image = new Resvg(svg, {
    background: '#ffffff',
    fitTo: { mode: 'zoom', value: SCALE },
    font: { fontFiles, loadSystemFonts: false, defaultFontFamily: 'DejaVu Sans' },
  });
  return image.render().asPng();
}

async function loadResvg(): Promise<typeof import('@resvg/resvg-js')> {
  try {
    return await import('@resvg/resvg-js');
  } catch (cause) {
    throw new HeapprofError(
      'ERR_HEAPPROF_NO_PNG',
      'PNG pictures need the optional package @resvg/resvg-js, which could not be loaded: install it, or write an .svg.',
      { cause },
    );
  }
}
