// Checks package-lock.json for holes that only show on somebody else's machine: a package without version or integrity, or a
// dependency (also one that is only for another platform) that no entry of the lock answers. npm writes such locks when a
// registry lacks a platform's package at that moment. Usage: node tools/check-lock.mjs
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const { packages } = JSON.parse(readFileSync(join(import.meta.dirname, '../package-lock.json'), 'utf8'))

/** Where Node would find `name` from the package at `path`: its own node_modules, then its parents'. */
function find(name, path) {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
    const candidate = `${at === '' ? '' : `${at}/`}node_modules/${name}`
    if (packages[candidate]) return candidate
    if (at === '') return undefined
    if (!at.includes('node_modules/')) at = ''
  }
}

const faults = []
for (const [path, entry] of Object.entries(packages)) {
  const isOurs = !path.includes('node_modules/')
  if (!isOurs && !entry.link && !entry.inBundle) {
    if (!entry.version) faults.push(`${path} has no version`)
    if (!entry.integrity) faults.push(`${path} has no integrity`)
  }
  const wanted = { ...entry.dependencies, ...entry.optionalDependencies, ...(isOurs ? entry.devDependencies : {}) }
  for (const name of Object.keys(wanted)) {
    if (!find(name, path)) faults.push(`${path || 'package.json'} wants ${name}, which is not in the lock`)
  }
}

if (faults.length > 0) {
  process.stderr.write(`package-lock.json has ${faults.length} holes:\n  ${faults.join('\n  ')}\n`)
  process.exitCode = 1
} else {
  process.stdout.write(`package-lock.json: ${Object.keys(packages).length} entries, no holes\n`)
}
