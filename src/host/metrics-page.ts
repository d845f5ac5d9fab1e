import type { Definition } from './definition.ts'
import type { Group, OptionValue } from './group.ts'
import { deviations, type LeftOut, notMeasured } from './left-out.ts'

const opening = `# Metrics

*Written by \`npm run docs\` from the definitions in \`src/host/\`; a test compares.*

What \`host()\` measures. Names, kinds and units follow the OpenTelemetry semantic conventions 1.44 where they have
one. Groups are chosen and tuned in \`producer.config.ts\`:

\`\`\`ts
host()                                             // every group that is on by default
host({ cpu: true, memory: true })                  // these alone
host({ paging: false })                            // all but one
host({ network: { exclude: ['veth*', 'docker*'] }, cpu: { perCpu: true } }) // all, two of them tuned
\`\`\`

Each group takes its own options and these: \`also: ['NAME']\` measures metrics that are marked *opt-in*, \`without: ['NAME']\`
leaves metrics out, and \`interval: '60s'\` asks less often. An unknown group, option or metric is refused.

A number that this machine does not have is absent and never zero. A counter counts since the host's start, or since the time that
is said with it, and anew where it fell. In a container that has the host's files mounted, \`--procfs /host/proc --sysfs /host/sys
--rootfs /host\` measure the host: its mounts and its network are those of its process 1.
`

/** The text of `docs/METRICS.md`: every group with its options, every metric with kind, unit, attributes and source. */
export function metricsPage(groups: readonly Group[]): string {
  return `${opening}${groups.map(sectionOf).join('')}${elsewhereOf(groups)}${leftOut()}`
}

function leftOut(): string {
  return `
## What is not measured, and why

| what | why |
|---|---|
${rowsOf(notMeasured)}
## Where we deviate from the conventions

| what | how |
|---|---|
${rowsOf(deviations)}`
}

function rowsOf(all: readonly LeftOut[]): string {
  return all.map(({ what, why }) => `| ${what} | ${why} |\n`).join('')
}

function elsewhereOf(groups: readonly Group[]): string {
  const rows = groups.flatMap(({ name, elsewhere }) =>
    elsewhere === undefined ? [] : [`| ${name} | ${elsewhere} |\n`],
  )
  return `
## On macOS and the BSDs

All of the above is of Linux. Elsewhere \`host()\` measures what Node.js says of the machine, and leaves out the other groups:

| group | what of it |
|---|---|
${rows.join('')}`
}

function sectionOf({ name, about, isOff, leastIntervalMs, metrics, defaults, sentences }: Group): string {
  const options = Object.entries(defaults).map(
    ([option, preset]) => `| \`${option}\` | ${presetText(preset)} | ${sentences[option] ?? ''} |\n`,
  )
  const table = options.length === 0 ? '' : `\n| option | default | what it does |\n|---|---|---|\n${options.join('')}`
  const head = '| metric | kind | unit | attributes | from | what it is |\n|---|---|---|---|---|---|\n'
  const off = isOff ? ' **Off by default.**' : ''
  const least =
    leastIntervalMs === undefined
      ? ''
      : ` Asked every ${leastIntervalMs / 1000} s at most, unless \`interval\` says otherwise.`
  return `\n## ${name}\n\n${about}${off}${least}\n${table}\n${head}${metrics.map(rowOf).join('')}`
}

function rowOf({ name, kind, unit, attributes, source, description, isOptIn }: Definition): string {
  const keys = Object.entries(attributes ?? {}).map(([key, values]) => `\`${key}\`: ${values}`)
  const optIn = isOptIn === true ? ' *(opt-in)*' : ''
  return `| \`${name}\`${optIn} | ${kind} | \`${unit}\` | ${keys.join('; ')} | ${source} | ${description} |\n`
}

function presetText(preset: OptionValue): string {
  if (typeof preset === 'boolean' || typeof preset === 'number') return `\`${preset}\``
  return preset.length === 0 ? 'none' : preset.map((entry) => `\`${entry}\``).join(', ')
}
