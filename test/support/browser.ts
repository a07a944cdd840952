/// <reference lib="dom" />
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { type Reader, read } from '../../src/read.js';

/** Debian's. */
const CHROMIUM = '/usr/bin/chromium';

const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Opens pages in a browser, and fails each test in which a page complains or asks anybody for anything. */
export interface TestBrowser {
  /**
   * Writes the report of a recording, and opens it from disk.
   * @param hash the fragment of its address, with `#`
   * @returns when the panel is there; the reader has the numbers that the page should have
   */
  openReport(
    filebase: string,
    options?: { readonly hash?: string; readonly width?: number; readonly dark?: boolean },
  ): Promise<{ readonly page: Page; readonly reader: Reader; readonly file: string }>;
  /** Opens any page; requests to its own origin are allowed if `isServed`, and complaints that are expected. */
  open(
    url: string,
    options?: { readonly isServed?: boolean; readonly expected?: RegExp },
  ): Promise<Page>;
}

/** A browser for the tests of this file; it has a profile of its own, which is removed. */
export function testBrowser(): TestBrowser {
  let context: BrowserContext | undefined;
  let folder: string;
  let complaints: string[] = [];
  let readers: Reader[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'heapprof-browser-'));
    context = await chromium.launchPersistentContext(path.join(folder, 'profile'), {
      executablePath: CHROMIUM,
      headless: true,
      args: ARGUMENTS,
      viewport: { width: 1280, height: 800 },
    });
  });

  afterEach(async () => {
    for (const page of context?.pages() ?? []) await page.close();
    for (const reader of readers) reader.close();
    readers = [];
    const all = complaints;
    complaints = [];
    if (all.length > 0) throw new Error(`The page complained:\n${all.join('\n')}`);
  });

  afterAll(async () => {
    await context?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const open: TestBrowser['open'] = async (url, { isServed = false, expected } = {}) => {
    const page = await context!.newPage();
    const { origin } = new URL(url);
    page.on('console', (message) => {
      const isComplaint = message.type() === 'error' || message.type() === 'warning';
      if (isComplaint && !expected?.test(message.text())) {
        complaints.push(`console: ${message.text()}`);
      }
    });
    page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
    page.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      const asked = request.url();
      const isOwn = isServed && asked.startsWith(`${origin}/`);
      if (asked.split('#')[0] !== url.split('#')[0] && !/^(data|blob):/.test(asked) && !isOwn) {
        complaints.push(`request: ${asked}`);
      }
    });
    await page.goto(url);
    return page;
  };

  return {
    open,
    async openReport(filebase, { hash = '', width = 1280, dark = false } = {}) {
      const reader = read(filebase);
      readers.push(reader);
      const file = path.join(mkdtempSync(path.join(folder, 'report-')), 'report.html');
      writeFileSync(file, reader.report().html);
      const opened = await open(pathToFileURL(file).href + hash);
      await opened.setViewportSize({ width, height: 800 });
      await opened.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
      await opened.waitForSelector('[role=tabpanel]');
      return { page: opened, reader, file };
    },
  };
}
