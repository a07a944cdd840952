import { spawn } from 'node:child_process';

/** Has a Node.js that waits be inspected. `use` gets where its inspector listens, `127.0.0.1:PORT/ID`; what it returns is returned. */
export async function withInspectedNode(use) {
  const child = spawn(
    process.execPath,
    ['--inspect=127.0.0.1:0', '-e', 'setTimeout(() => {}, 300_000)'],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  try {
    const address = await new Promise((resolve, reject) => {
      let told = '';
      child.stderr.on('data', (text) => {
        told += text;
        const [, found] = /ws:\/\/(\S+)\s/.exec(told) ?? [];
        if (found !== undefined) resolve(found);
      });
      child.once('exit', () => reject(new Error(`Node's inspector did not start: ${told}`)));
    });
    return await use(address);
  } finally {
    child.kill();
  }
}
