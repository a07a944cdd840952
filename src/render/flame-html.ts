/** A flame graph, from its SVG, as a page in one file, which needs nothing else. Light or dark, as its reader prefers. */
export function flameHtml(svg: string): string {
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
${svg}</body>
</html>
`;
}
