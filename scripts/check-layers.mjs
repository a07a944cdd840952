// Checks the walls of the house: which folder of src/ may import which, and who may load the
// addon or touch the process. Usage: node scripts/check-layers.mjs [root]
// Prints each violation as file:line and exits with 1 if there are any.

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
// TypeScript 7 has no API to parse with; its predecessor has.
import ts from 'typescript-5';

const layers = ['base', 'model', 'format', 'digest', 'reader', 'analysis', 'render'];

// What each folder may import besides itself. Files directly in src/ (the API) and cli may import
// everything, and nothing imports those.
const mayImport = new Map([
  ...layers.map((folder, i) => [folder, layers.slice(0, i)]),
  ['capture', ['base', 'model', 'format']],
  // Only of their modules what a browser can run: the bundler refuses the others.
  ['page', ['base', 'model', 'format', 'reader', 'analysis', 'render']],
  ['cli', [...layers, 'capture', '.']],
  ['.', [...layers, 'capture', 'cli']],
]);

// capture looks at the process that it records; the others are libraries, which neither read a
// command line nor print nor exit.
const mayUseProcess = new Set(['capture', 'cli']);
const mayUseConsole = new Set(['cli']);
const processParts = new Set(['argv', 'exit', 'stderr', 'stdout']);

const root = path.resolve(process.argv[2] ?? fileURLToPath(new URL('..', import.meta.url)));
const src = path.join(root, 'src');
const violations = [];

for (const name of readdirSync(src, { recursive: true }).sort()) {
  if (/\.[cm]?tsx?$/.test(name)) checkFile(path.join(src, name));
}
for (const violation of violations) console.error(violation);
if (violations.length > 0) process.exitCode = 1;

/** The folder of src/ that a file belongs to; '.' for src/ itself. */
function folderOf(file) {
  const [first, ...rest] = path.relative(src, file).split(path.sep);
  return rest.length > 0 ? first : '.';
}

function checkFile(file) {
  const folder = folderOf(file);
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest);
  const report = (node, message) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
    violations.push(`${path.relative(root, file)}:${line + 1}: ${message}`);
  };
  if (!mayImport.has(folder)) report(source, `src/${folder} is not a folder of the house`);
  visit(source);

  function visit(node) {
    if (ts.isStringLiteralLike(node)) {
      if (isImport(node)) checkImport(node);
      if (folder !== 'capture' && node.text.endsWith('.node')) {
        report(node, 'only src/capture may load the addon');
      }
    }
    if (ts.isIdentifier(node)) checkName(node);
    ts.forEachChild(node, (child) => {
      child.parent = node;
      visit(child);
    });
  }

  function checkImport(specifier) {
    if (folder === 'page' && specifier.text.startsWith('node:')) {
      report(specifier, 'src/page runs in browsers, which have no modules of Node.js');
    }
    if (!specifier.text.startsWith('.')) return;
    const target = folderOf(path.resolve(path.dirname(file), specifier.text));
    if (target !== folder && !mayImport.get(folder)?.includes(target)) {
      const what = target === '.' ? specifier.text : `src/${target}`;
      report(specifier, `src/${folder} may not import ${what}`);
    }
  }

  function checkName(node) {
    const { parent } = node;
    const name = node.text;
    if (name === 'loadAddon' && folder !== 'capture') {
      report(node, 'only src/capture may load the addon');
    }
    // A property of that name is something else.
    const isProperty =
      (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
      (ts.isPropertyAssignment(parent) && parent.name === node);
    if (name === 'console' && !isProperty && !mayUseConsole.has(folder)) {
      report(node, 'only src/cli may use the console');
    }
    if (processParts.has(name) && !mayUseProcess.has(folder) && isPartOfProcess(node)) {
      report(node, `only src/cli may use process.${name}`);
    }
  }
}

/** Is this string where a module's name stands: import, export … from, import(), import type? */
function isImport({ parent }) {
  return (
    ts.isImportDeclaration(parent) ||
    ts.isExportDeclaration(parent) ||
    ts.isExternalModuleReference(parent) ||
    (ts.isLiteralTypeNode(parent) && ts.isImportTypeNode(parent.parent)) ||
    (ts.isCallExpression(parent) && parent.expression.kind === ts.SyntaxKind.ImportKeyword)
  );
}

/** process.stdout, { stdout } = process, or import { stdout } from 'node:process'. */
function isPartOfProcess({ parent }) {
  const isProcess = (node) =>
    node !== undefined && ts.isIdentifier(node) && node.text === 'process';
  if (ts.isPropertyAccessExpression(parent)) return isProcess(parent.expression);
  if (ts.isBindingElement(parent)) return isProcess(parent.parent.parent.initializer);
  if (ts.isImportSpecifier(parent)) {
    return /^(node:)?process$/.test(parent.parent.parent.parent.moduleSpecifier.text);
  }
  return false;
}
