/** The last part of a path or URL, of whichever system: the name of the file. */
export function fileName(path: string): string {
  return path.split(/[/\\]/).at(-1)!;
}
