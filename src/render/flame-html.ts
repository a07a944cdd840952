import type { CallTree } from '../analysis/call-tree/call-tree.js';
import { type FlameTexts, flameSvg } from './flame-svg.js';

/** A flame graph as a page in one file, which needs nothing else. Light or dark, as its reader prefers. */
export function flameHtml(tree: CallTree, texts: FlameTexts): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>heapprof: flame graph</title>
<style>
body{margin:0;background:#ffffff}
@media (prefers-color-scheme:dark){body{background:#1c1c1c}}
svg{display:block}
</style>
</head>
<body>
${flameSvg(tree, texts)}</body>
</html>
`;
}
