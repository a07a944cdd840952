// Required before a program: writes the path of each file that it looks into to the file that WATCH_OPENS names.
const fs = require('node:fs');

const { appendFileSync } = fs;
const log = process.env.WATCH_OPENS;

for (const owner of [fs, fs.promises]) {
  for (const name of ['open', 'openSync', 'readFile', 'readFileSync', 'createReadStream']) {
    const original = owner[name];
    if (original === undefined) continue;
    owner[name] = function (path, ...rest) {
      // Not for itself: appending opens too.
      if (String(path) !== log) appendFileSync(log, `${path}\n`);
      return Reflect.apply(original, this, [path, ...rest]);
    };
  }
}
require('node:module').syncBuiltinESMExports();
