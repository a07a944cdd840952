import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Speedscope's own page, in Chromium without a window, imports our files: it then shows the name of the profile. */
export async function* judgeSpeedscope({ filebase, folder, run, heapprof }) {
  const page = path.join(folder, 'node_modules/speedscope/dist/release/index.html');
  for (const format of ['speedscope', 'collapsed', 'heapprofile', 'pprof']) {
    const file = path.join(folder, `profile.${format}`);
    // What a page is given must not be too much for it.
    heapprof('export', filebase, '--format', format, '--from', '0', '--to', '1', '-o', file);
    // The way in which speedscope's own command hands a file to the page.
    const script = path.join(folder, `profile.${format}.js`);
    const content = readFileSync(file).toString('base64');
    writeFileSync(script, `speedscope.loadFileFromBase64("profile.${format}", "${content}")`);
    const dom = run('chromium', [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--allow-file-access-from-files',
      '--virtual-time-budget=60000',
      '--dump-dom',
      `file://${page}#localProfilePath=${script}`,
    ]);
    const shown = /<title>(.*?)<\/title>/.exec(dom)?.[1] ?? '';
    const isGood = shown !== '' && shown !== 'speedscope' && !/Something went wrong/.test(dom);
    yield { tool: 'speedscope', says: `${format}: opened as "${shown}"`, isGood };
  }
}
