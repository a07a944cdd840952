import { useEffect, useRef, useState } from 'preact/hooks';
import { isSameData } from './data/same-data.js';
import { usePage } from './page-context.js';
import type { AnalysisName, AnalysisOptions, AnalysisResult } from './worker/analyses.js';
import { SupersededError } from './worker/analyst.js';
import type { SourceName } from './worker/messages.js';

/** How far an analysis has come. */
export interface Analysis<T> {
  /** The latest result; while a newer one is being worked out, that of before. Absent at first, and after an error. */
  readonly value?: T;
  /** The sentence of an error. */
  readonly error?: string;
  /** Whether a newer result is being worked out. */
  readonly isWorking: boolean;
}

/**
 * The result of an analysis, worked out in the worker thread, and again whenever the options change. It is of the finest data
 * that cover what was chosen. Of a recording that grows it is worked out again each time.
 * @param options plain data; regular expressions may be among them
 * @param source the data it is of, where that does not follow from the chosen time
 * @param other the second side of a comparison, likewise
 * @param isStill not again where the recording has only grown
 */
export function useAnalysis<Name extends AnalysisName>(
  name: Name,
  options: AnalysisOptions<Name>,
  source?: SourceName,
  other?: SourceName,
  isStill = false,
): Analysis<AnalysisResult<Name>> {
  const { analyst, sources, store, report } = usePage();
  const asker = useRef({});
  const asked = useRef<string>();
  const [state, setState] = useState<Analysis<AnalysisResult<Name>>>({ isWorking: true });
  const of = source ?? sources.of(store.selection.value).name;
  const data = sources.finer(of) ?? (isStill || report.value);
  const key = JSON.stringify([name, options, of, other], (_, value) =>
    value instanceof RegExp ? String(value) : value,
  );
  // The key has all that matters of the others.
  useEffect(() => {
    let isCurrent = true;
    // Where only the recording has grown, what is shown is not faint until there is more.
    if (asked.current !== key) setState((before) => ({ ...before, isWorking: true }));
    asked.current = key;
    analyst.ask(asker.current, name, options, of, other).then(
      (value) => {
        if (!isCurrent) return;
        // What says the same stays the same object, so that nothing is drawn anew.
        setState((before) => ({
          value: isSameData(before.value, value) ? before.value! : value,
          isWorking: false,
        }));
      },
      (error: Error) => {
        if (!isCurrent || error instanceof SupersededError) return;
        setState({ error: error.message, isWorking: false });
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [analyst, key, data]);
  return state;
}
