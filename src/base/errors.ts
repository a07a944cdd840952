/**
 * An error that a user can do something about. The message is one sentence or two: what, where,
 * and what to do; the command line prints it without a stack.
 */
export class HeapprofError extends Error {
  /** Stable, for programs: `ERR_HEAPPROF_…`. */
  readonly code: string;

  constructor(code: `ERR_HEAPPROF_${string}`, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** A file that is not what it should be. */
export class FormatError extends HeapprofError {
  readonly file: string;
  /** Where in the file, in bytes from its start. */
  readonly offset: number;

  /**
   * @param problem completes the sentence "<file>: … at byte <offset>"
   * @param options `advice`: a sentence of its own that says what to do
   */
  constructor(
    file: string,
    offset: number,
    problem: string,
    options?: ErrorOptions & { readonly advice?: string },
  ) {
    const advice = options?.advice === undefined ? '' : `. ${options.advice}`;
    super('ERR_HEAPPROF_FORMAT', `${file}: ${problem} at byte ${offset}${advice}`, options);
    this.file = file;
    this.offset = offset;
  }
}
