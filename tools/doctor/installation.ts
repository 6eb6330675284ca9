// Is what runs what the lockfile names? npm notes each package that it unpacked with the hash it checked; the
// unpacked files themselves are not hashed again.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { NODE_MAJOR_MIN } from '../../apps/launcher/pinned-node.mjs'
import { type Finding, fine, problem, reasonOf, warning } from './finding.ts'

const NAMED_MAX = 3

export function checkInstallation(projectFolder: string): Finding[] {
  return [checkNode(process.versions.node), checkPackages(projectFolder), checkWebApp(projectFolder)]
}

export function checkNode(version: string): Finding {
  if (Number(version.split('.')[0]) >= NODE_MAJOR_MIN)
    return fine('node', `Node.js ${version}`, `Node.js ${version}`)
  const text = `Node.js ${version}`
  return problem(
    'node',
    { en: `${text} is too old`, de: `${text} ist zu alt` },
    { en: `Install Node.js ${NODE_MAJOR_MIN}.`, de: `Node.js ${NODE_MAJOR_MIN} installieren.` },
  )
}

interface Entry {
  readonly version?: string
  readonly integrity?: string
  readonly link?: boolean
  readonly optional?: boolean
}

export function checkPackages(projectFolder: string): Finding {
  const advice = {
    en: 'Delete node_modules and start again; if it stays, somebody changed the files: ask before going on.',
    de: 'node_modules löschen und neu starten; bleibt es, hat jemand Dateien geändert: erst nachfragen.',
  }
  try {
    const named = readPackages(join(projectFolder, 'package-lock.json'))
    const there = readPackages(join(projectFolder, 'node_modules', '.package-lock.json'))
    const wrong = Object.entries(there)
      .filter(([path, entry]) => entry.link !== true && !isAsNamed(projectFolder, path, entry, named[path]))
      .map(([path]) => path)
    const missing = Object.entries(named)
      .filter(
        ([path, entry]) => path.startsWith('node_modules/') && entry.link !== true && entry.optional !== true,
      )
      .map(([path]) => path)
      .filter((path) => there[path] === undefined)
    const all = [...wrong, ...missing]
    const count = Object.keys(there).length
    if (all.length === 0)
      return fine('packages', `${count} packages as in the lockfile`, `${count} Pakete wie in der Lockdatei`)
    const names = `${all.slice(0, NAMED_MAX).join(', ')}${all.length > NAMED_MAX ? ' …' : ''}`
    return problem(
      'packages',
      {
        en: `${all.length} packages differ from the lockfile: ${names}`,
        de: `${all.length} Pakete weichen von der Lockdatei ab: ${names}`,
      },
      advice,
    )
  } catch (error) {
    const why = reasonOf(error)
    return problem(
      'packages',
      { en: `packages unreadable: ${why}`, de: `Pakete nicht lesbar: ${why}` },
      advice,
    )
  }
}

function readPackages(file: string): Readonly<Record<string, Entry>> {
  return (JSON.parse(readFileSync(file, 'utf8')) as { packages?: Record<string, Entry> }).packages ?? {}
}

function isAsNamed(projectFolder: string, path: string, entry: Entry, named: Entry | undefined): boolean {
  if (named === undefined || named.version !== entry.version || named.integrity !== entry.integrity)
    return false
  const unpacked = JSON.parse(readFileSync(join(projectFolder, path, 'package.json'), 'utf8')) as Entry
  return unpacked.version === named.version
}

function checkWebApp(projectFolder: string): Finding {
  if (existsSync(join(projectFolder, 'apps/web/dist/index.html')))
    return fine('web-app', 'the web app is built', 'die Web-App ist gebaut')
  return warning(
    'web-app',
    { en: 'the web app is not built yet', de: 'die Web-App ist noch nicht gebaut' },
    { en: 'npm start builds it.', de: 'npm start baut sie.' },
  )
}
