import { spawn } from 'node:child_process';

/** Opens a page in the user's browser. Where there is none nothing happens: the address was printed. */
export function openBrowser(url: string): void {
  const [command, ...args] = {
    darwin: ['open', url],
    // The empty text is the window's title.
    win32: ['cmd', '/c', 'start', '""', url],
  }[process.platform as string] ?? ['xdg-open', url];
  const child = spawn(command!, args, { detached: true, stdio: 'ignore' });
  child.on('error', () => {});
  child.unref();
}
