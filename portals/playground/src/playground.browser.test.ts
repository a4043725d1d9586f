/**
 * The built playground in a real Chromium, served by a gateway over three small subgraphs. With `OLLY_SCREENSHOTS` set to a folder it leaves pictures.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startHarness } from '@olly/gateway/testing';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const { OLLY_SCREENSHOTS: pictures } = process.env;

describe('the playground', () => {
  const profile = mkdtempSync(join(tmpdir(), 'olly-chromium-'));
  let house: Awaited<ReturnType<typeof startHarness>>;
  let browser: BrowserContext;
  const requested: string[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    if (!CHROMIUM) throw new Error('These tests need Chromium: apt-get install chromium');
    await build({ configFile: join(ROOT, 'vite.config.ts'), logLevel: 'error' });
    const tokens = { member: 'ada', adjuster: 'bo' } as Record<string, string>;
    house = await startHarness({
      sites: [{ prefix: '/playground', dir: join(ROOT, 'dist') }],
      demoTokens: { personas: Object.keys(tokens), sign: (persona) => house.token({ subject: tokens[persona] ?? '', roles: [persona] }) },
    });
    browser = await chromium.launchPersistentContext(profile, { executablePath: CHROMIUM, args: FLAGS, viewport: { width: 1280, height: 800 } });
    browser.on('request', (request) => requested.push(request.url()));
  });
  afterAll(async () => {
    await browser?.close();
    await house?.stop();
    rmSync(profile, { recursive: true, force: true });
  });

  async function open(path: string, size?: { width: number; height: number }): Promise<Page> {
    const page = await browser.newPage();
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    if (size) await page.setViewportSize(size);
    await page.goto(house.gateway.url + path);
    await page.getByRole('status').filter({ hasText: 'You ask as' }).waitFor({ state: 'attached' });
    await page.locator('.graphiql-editor .monaco-editor').first().waitFor();
    return page;
  }
  const picture = async (page: Page, name: string) => pictures && page.screenshot({ path: join(pictures, `${name}.png`) });
  const answerOf = (page: Page) => page.locator('.result-window').textContent();
  const linked = (query: string) => `/playground/#query=${encodeURIComponent(query)}`;

  it('asks as the chosen persona', async () => {
    const page = await open(linked('{\n  whoAmI {\n    subject\n  }\n}\n'));
    for (const [persona, subject] of [['member', 'ada'], ['adjuster', 'bo'], ['', 'anonymous']] as const) {
      await page.getByLabel('Ask as').selectOption(persona);
      await page.getByRole('status').filter({ hasText: persona || 'nobody' }).waitFor();
      const answered = page.waitForResponse((response) => response.url().endsWith('/graphql'));
      await page.getByRole('button', { name: /execute query/i }).click();
      await answered;
      await expect.poll(() => answerOf(page)).toContain(subject);
    }
    await picture(page, 'linked');
    await page.close();
  });

  it('opens with the examples as tabs', async () => {
    const page = await open('/playground');
    const tabs = page.getByRole('tab');
    await expect.poll(() => tabs.allInnerTexts()).toEqual(expect.arrayContaining(['WhoAmI', 'MyPoliciesAndCover', 'FindAProvider']));
    await picture(page, 'examples');
    await page.close();
  });

  it('can be worked without a mouse', async () => {
    const page = await open(linked('{ people { name } }'));
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('SELECT');
    await page.locator('.graphiql-editor .monaco-editor').first().click();
    await page.keyboard.press('Control+Enter');
    await expect.poll(() => answerOf(page)).toContain('Ada');
    await page.close();
  });

  it('fits a phone', async () => {
    const page = await open(linked('{ people { name } }'), { width: 360, height: 740 });
    await page.getByRole('button', { name: /execute query/i }).click();
    await picture(page, 'phone');
    await expect.poll(() => answerOf(page)).toContain('Ada');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await picture(page, 'phone');
    await page.close();
  });

  it('asks nobody but its own gateway, and breaks no rule of its content policy', () => {
    const origins = new Set(requested.filter((url) => !url.startsWith('data:') && !url.startsWith('blob:')).map((url) => new URL(url).origin));
    expect([...origins]).toEqual([house.gateway.url]);
    expect(complaints).toEqual([]);
  });
});
