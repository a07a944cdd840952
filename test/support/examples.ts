import { readFileSync } from 'node:fs';

const FORMAT_PAGE = new URL('../../docs/format.md', import.meta.url);

/** The bytes of a fenced block ```` ```hex <name> ```` of `docs/format.md`. */
export function exampleBytes(name: string): Buffer {
  const lines = fencedBlock(`hex ${name}`).split('\n');
  return Buffer.from(lines.map((line) => line.replace(/#.*|\s/g, '')).join(''), 'hex');
}

/** The content of a fenced block ```` ```json <name> ```` of `docs/format.md`. */
export function exampleContent<Content>(name: string): Content {
  return JSON.parse(fencedBlock(`json ${name}`)) as Content;
}

function fencedBlock(info: string): string {
  const page = readFileSync(FORMAT_PAGE, 'utf8');
  const [, text] = new RegExp(`^\`\`\`${info}\\n(.*?)^\`\`\`$`, 'ms').exec(page) ?? [];
  if (text === undefined) throw new Error(`docs/format.md has no example "${info}".`);
  return text;
}
