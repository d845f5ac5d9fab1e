import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const version = '4.3.0'

/** Java's class path of a real Kafka, its jars fetched once by Maven into a cache folder. Throws where there is no Maven. */
export async function kafkaClassPath(): Promise<string> {
  const cache = process.env['HOSTVITALS_TEST_CACHE'] ?? join(homedir(), '.cache/hostvitals-test')
  const folder = join(cache, `kafka-${version}`)
  if (!existsSync(folder)) await fetchJars(cache, folder)
  return join(folder, '*')
}

async function fetchJars(cache: string, folder: string): Promise<void> {
  process.stderr.write(`Kafka ${version}: fetching its jars with Maven into ${folder} (54 MB, once)\n`)
  await mkdir(cache, { recursive: true })
  const made = await mkdtemp(join(cache, 'kafka-new-'))
  await writeFile(join(made, 'pom.xml'), pom())
  await run('mvn', [
    '-q',
    '-B',
    '-f',
    join(made, 'pom.xml'),
    'dependency:copy-dependencies',
    `-DoutputDirectory=${join(made, 'libs')}`,
  ])
  if ((await readdir(join(made, 'libs'))).length === 0) throw new Error('Maven fetched no jars')
  // Renamed when whole, so that a run that was interrupted leaves no half cache; another run may have been first.
  await rename(join(made, 'libs'), folder).catch((error: unknown) => {
    if (!existsSync(folder)) throw error
  })
  await rm(made, { recursive: true, force: true })
}

function dependency(group: string, artifact: string, of: string): string {
  return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${of}</version></dependency>`
}

function pom(): string {
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>hostvitals</groupId><artifactId>test-broker</artifactId><version>1</version><dependencies>
${dependency('org.apache.kafka', 'kafka_2.13', version)}${dependency('org.apache.kafka', 'kafka-tools', version)}${dependency('org.slf4j', 'slf4j-nop', '1.7.36')}
</dependencies></project>`
}
