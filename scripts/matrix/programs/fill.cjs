// Fills the heap with objects of one kind until there is no more: fill.cjs KIND
const kinds = {
  objects: (n) => ({ n, next: { n }, list: [n, n, n] }),
  entries: (n) => new Map([[n, String(n)]]),
  closures: (n) => () => n,
  arrays: (n) => new Array(5000).fill(n),
};

const make = kinds[process.argv[2]];
const kept = [];
for (let n = 0; ; n++) {
  kept.push(make(n));
  // Garbage as well, so that there are collections of all kinds.
  make(-n);
}
