import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Writes a consumer.config.js into a folder: an SQLite file, and what the dashboard is told. */
export async function writeDashboardConfiguration(
  folder: string,
  file: string,
  dashboard: Readonly<Record<string, unknown>>,
): Promise<void> {
  const text = `import { defineConsumer, sqlite } from 'hostvitals'
export default defineConsumer({ store: sqlite(${JSON.stringify(file)}), dashboard: ${JSON.stringify(dashboard)} })
`
  await writeFile(join(folder, 'consumer.config.js'), text, { mode: 0o600 })
}
