import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** What a person does where the machine has none. */
export const toGetChromium = 'apt-get install chromium, or set CHROMIUM to the path of a Chromium or Chrome'

/** The machine's own Chromium: `CHROMIUM` where that is set (empty: leave it out), else the first on the path; undefined without. */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const given = environment['CHROMIUM']
  if (given !== undefined) return given === '' ? undefined : given
  const folders = (environment['PATH'] ?? '').split(delimiter)
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path))
}
