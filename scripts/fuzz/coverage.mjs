// Which parts of a script have run, and how often: V8's precise coverage, block by block.
import { Session } from 'node:inspector';

/** Watches one script from before it is loaded. */
export class Coverage {
  #session = new Session();
  #url;

  /** `url`: of the script. */
  constructor(url) {
    this.#url = url;
    this.#session.connect();
    this.#post('Profiler.enable');
    this.#post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /**
   * The blocks that have run since the last time, each with the order of magnitude of how often: one, two, three, 4 to 7,
   * 8 to 15, and so on. Texts.
   */
  take() {
    const { result } = this.#post('Profiler.takePreciseCoverage');
    const features = [];
    for (const { url, functions } of result) {
      if (url !== this.#url) continue;
      for (const { ranges } of functions) {
        for (const { startOffset, endOffset, count } of ranges) {
          if (count === 0) continue;
          const magnitude = count < 4 ? count : 2 + Math.floor(Math.log2(count));
          features.push(`${startOffset}-${endOffset} ${Math.min(magnitude, 6)}`);
        }
      }
    }
    return features;
  }

  /** The session answers at once. */
  #post(method, parameters) {
    let answer;
    this.#session.post(method, parameters, (error, result) => {
      if (error) throw error;
      answer = result;
    });
    return answer;
  }
}
