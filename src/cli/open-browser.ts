import { spawn } from 'node:child_process';

/**
 * Opens a page in the user's browser.
 * @param complain is told in a sentence if there is none
 */
export function openBrowser(url: string, complain: (sentence: string) => void): void {
  const [command, ...args] = {
    darwin: ['open', url],
    // The empty text is the window's title.
    win32: ['cmd', '/c', 'start', '""', url],
  }[process.platform as string] ?? ['xdg-open', url];
  const child = spawn(command!, args, { detached: true, stdio: 'ignore' });
  const fail = (reason: string) =>
    complain(
      `no browser could be opened (${reason}); open the address above in one of this machine`,
    );
  child.on('error', ({ message }) => fail(message));
  child.on('exit', (code) => {
    if (code) fail(`${command} ended with ${code}`);
  });
  child.unref();
}
