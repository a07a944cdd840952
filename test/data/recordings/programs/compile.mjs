// Checks the compiler's own declarations, as a build would.
import ts from 'typescript';
const options = { target: ts.ScriptTarget.ES2022, lib: ['lib.es2022.d.ts'], types: [], noEmit: true };
const program = ts.createProgram(['node_modules/typescript/lib/typescript.d.ts'], options);
globalThis.diagnostics = ts.getPreEmitDiagnostics(program).length;
