/** The options of start() that choose an engine. */
export function optionsOf(engine) {
  return engine === 'observer' ? {} : { engine };
}
