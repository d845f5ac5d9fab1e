import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { inject } from 'vitest'
import { until } from './until.ts'

/** Where the pictures of a run go; CI keeps the folder. */
export const pictureFolder: string = join(import.meta.dirname, '../../screenshots')

/** How a tab is opened. */
export interface TabOptions {
  readonly width?: number
  readonly height?: number
  readonly colorScheme?: 'light' | 'dark'
  readonly reducedMotion?: 'reduce'
  /** Where the reader is: `Asia/Kolkata`. */
  readonly timezoneId?: string
  /** For a certificate that was made for the test. */
  readonly ignoreHTTPSErrors?: boolean
}

/** Starts the machine's Chromium. */
export async function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: inject('chromium'),
    args: ['--headless', '--no-sandbox', '--disable-gpu'],
  })
}

/** A window of its own with one tab, and all that the page complained of. */
export class Tab implements AsyncDisposable {
  readonly page: Page
  /** Errors and refusals that the browser told, such as a breach of the page's policy. */
  readonly complaints: string[] = []
  readonly #context: BrowserContext

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context
    this.page = page
    page.on('pageerror', (error) => this.complaints.push(String(error)))
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(message.text())
    })
    page.setDefaultTimeout(20_000)
  }

  /** Opens one; `height` is a usual screen's unless told otherwise. */
  static async open(browser: Browser, options: TabOptions = {}): Promise<Tab> {
    const { width = 1440, height = 900, ...rest } = options
    const context = await browser.newContext({ viewport: { width, height }, locale: 'en-GB', ...rest })
    return new Tab(context, await context.newPage())
  }

  /** Goes to an address and waits until the page has something to show, and its charts are drawn. */
  async show(address: string): Promise<void> {
    await this.page.goto(address)
    await this.settled()
  }

  /** Waits until nothing loads any more. */
  async settled(): Promise<void> {
    await this.page.locator('main > *').first().waitFor()
    await this.page.locator('.loading').waitFor({ state: 'detached' })
    // Charts that are not near to the screen wait on purpose.
    await this.until(
      'its charts',
      "[...document.querySelectorAll('.chart-waiting')].every((each) => each.getBoundingClientRect().top > innerHeight)",
    )
  }

  /** Waits until an expression holds in the page. Playwright's own way to do it needs `eval` there, which the policy refuses. */
  async until(awaited: string, expression: string): Promise<void> {
    await until(awaited, async () => ((await this.page.evaluate<boolean>(expression)) ? true : undefined), 20_000)
  }

  /** How many pixels the page is wider than its window. */
  async overhang(): Promise<number> {
    return this.page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth')
  }

  /** Keeps a picture of what is seen. */
  async picture(name: string): Promise<void> {
    await mkdir(pictureFolder, { recursive: true })
    await this.page.screenshot({ path: join(pictureFolder, `${name}.png`) })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close()
  }
}
