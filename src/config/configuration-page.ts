import { explainKeys, type ExplainedKey } from './explain.ts'
import { configurationKinds } from './find-files.ts'

const opening = `# Configuration

*Written by \`npm run docs\` from the schemas in \`src/config/\`; a test compares.*

Configuration is code, in three files: \`kafka.config.ts\` is shared, \`producer.config.ts\` lies on hosts, and
\`consumer.config.ts\` where the database is. \`hostvitals init\` writes them, \`hostvitals check\` checks them. \`.js\` and
\`.mjs\` work too. They are looked for in \`--config DIR\`; else in the current folder, if it has any of them; else in
\`/etc/hostvitals\`. \`import … from 'hostvitals'\` is served by the program itself and needs no \`node_modules\`.

Durations are \`'500ms'\`, \`'10s'\`, \`'5m'\`, \`'1h'\`, \`'7d'\`, \`'2y'\`; sizes are \`'64MiB'\`, \`'1GiB'\`, \`'500MB'\`. Paths are
relative to the file they stand in. Unknown keys are refused.

\`secret('NAME')\` reads the environment variable \`NAME\`, else the file that \`NAME_FILE\` names, else the file \`NAME\` in
systemd's \`$CREDENTIALS_DIRECTORY\`; it prints as \`***\`. A \`.env\` beside the files is read; what is set already wins.
`

const metricOptions = `
### Options of one metric

\`gauge\`, \`counter\`, \`timer\` and \`histogram\` take a name, a function and these. A name begins with a letter and goes on
with letters, digits, \`.\`, \`_\`, \`-\`, \`/\`, and is there once.

| key | type | default | what it is |
|---|---|---|---|
| \`unit\` | text | none; of a timer \`'s'\` | The unit in UCUM: \`'By'\`, \`'s'\`, \`'1'\`, \`'{message}'\`. |
| \`description\` | text | none | What it means, for a reader of the dashboard. |
| \`attributes\` | values by name | none | What every sample of this metric has. |
| \`interval\` | duration | the agent's \`interval\` | Time between two readings. |
| \`timeout\` | duration | the interval, at most \`'10s'\` | After this the reading is a gap. |
`

/** The text of `docs/configuration.md`: every key with type, default and sentence. */
export function configurationPage(): string {
  const parts = configurationKinds.map((kind) => {
    const table = tableOf(explainKeys(kind))
    return `\n## ${kind}.config.ts\n\n${table}${kind === 'producer' ? metricOptions : ''}`
  })
  return `${opening}${parts.join('')}`
}

function tableOf(keys: readonly ExplainedKey[]): string {
  const rows = keys.map(({ path, type, preset, isRequired, sentence, example }) => {
    const standard = isRequired ? `**required**, such as \`${example}\`` : preset === undefined ? '' : `\`${preset}\``
    return `| \`${path}\` | ${type} | ${standard} | ${sentence} |\n`
  })
  return `| key | type | default | what it is |\n|---|---|---|---|\n${rows.join('')}`
}
