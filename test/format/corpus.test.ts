import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Exercise, FILE_KINDS } from '../support/exercise.js';

// The files that scripts/fuzz.mjs has found: each takes another way through the code.

const CORPUS = new URL('../corpus/', import.meta.url);

let exercise: Exercise;

beforeAll(() => {
  exercise = new Exercise();
});

afterAll(() => exercise.cleanup());

test.each(FILE_KINDS)(
  'every %s of the corpus is read, refused, checked and recovered as it may be',
  (kind) => {
    const folder = new URL(`${kind}/`, CORPUS);
    const names = readdirSync(folder);
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) {
      try {
        exercise.try(kind, readFileSync(new URL(name, folder)));
      } catch (error) {
        throw new Error(`test/corpus/${kind}/${name}: ${(error as Error).message}`, {
          cause: error,
        });
      }
    }
  },
);
