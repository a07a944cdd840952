import type { LoggerInterface } from 'vega';
import type { TopLevelSpec } from 'vega-lite';

/**
 * A Vega-Lite specification drawn as SVG text, without a browser. What Vega-Lite and Vega have to
 * remark goes to `logger`; by default nowhere, so that it does not mix with a command's output.
 */
export async function renderSvg(
  spec: TopLevelSpec,
  logger: LoggerInterface = quietLogger(),
): Promise<string> {
  // Loaded on demand: they take longer than most commands, and only charts need them.
  const [vega, vegaLite] = await Promise.all([import('vega'), import('vega-lite')]);
  const compiled = vegaLite.compile(spec, { logger }).spec;
  const view = new vega.View(vega.parse(compiled), { renderer: 'none', logger });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

function quietLogger(): LoggerInterface {
  const ignore = () => logger;
  const logger: LoggerInterface = {
    level: ignore,
    error: ignore,
    warn: ignore,
    info: ignore,
    debug: ignore,
  };
  return logger;
}
