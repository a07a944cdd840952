import type { Page } from 'playwright-core';

/** A place in the window, pixels from its upper left corner. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Fingers on a telephone's screen. */
export interface Fingers {
  /** Puts fingers where each path begins, leads them along it, and lifts them; `holdMs` after they were put down. */
  drag(paths: readonly (readonly Place[])[], holdMs?: number): Promise<void>;
  tap(place: Place): Promise<void>;
  /** Puts a finger down until `during` is over. */
  hold(place: Place, during: () => Promise<void>): Promise<void>;
}

/** Steps between two places of a path: a browser tells a scroll from its first ones. */
const STEPS = 8;

/** Makes a page that of a telephone of 400 pixels, and touches it as fingers do, through the DevTools protocol. */
export async function fingersOn(page: Page): Promise<Fingers> {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setDeviceMetricsOverride', {
    ...{ width: 400, height: 800, deviceScaleFactor: 2, mobile: true },
  });
  await session.send('Emulation.setTouchEmulationEnabled', { enabled: true, maxTouchPoints: 2 });
  const send = (type: 'touchStart' | 'touchMove' | 'touchEnd', places: readonly Place[]) =>
    session.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: places.map(({ x, y }, id) => ({ x, y, id })),
    });
  const drag: Fingers['drag'] = async (paths, holdMs = 0) => {
    const places = (at: number) => paths.map((path) => path[at]!);
    await send('touchStart', places(0));
    await page.waitForTimeout(holdMs);
    for (let k = 1; k < paths[0]!.length; k++) {
      const [before, after] = [places(k - 1), places(k)];
      for (let step = 1; step <= STEPS; step++) {
        const between = (a: number, b: number) => a + ((b - a) * step) / STEPS;
        await send(
          'touchMove',
          before.map((from, n) => ({
            x: between(from.x, after[n]!.x),
            y: between(from.y, after[n]!.y),
          })),
        );
      }
    }
    // A finger that rests before it is lifted does not throw the page.
    if (paths[0]!.length > 1) await page.waitForTimeout(100);
    await send('touchEnd', []);
  };
  return {
    drag,
    tap: (place) => drag([[place]]),
    hold: async (place, during) => {
      await send('touchStart', [place]);
      await during();
      await send('touchEnd', []);
    },
  };
}
