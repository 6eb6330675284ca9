// package-lock.json (version 3) as values, and which of its packages are there at run time.

export interface LockedPackage {
  /** Path in the lockfile, like node_modules/a/node_modules/b. */
  readonly path: string
  readonly name: string
  readonly version: string
  readonly licence: string
  readonly integrity: string | undefined
  /** The download address, which should not be there; undefined for links. */
  readonly resolved: string | undefined
  readonly hasInstallScript: boolean
  /** One of our own workspaces, or the project itself. */
  readonly isOurs: boolean
  /** Only for some operating systems or processors. */
  readonly isForSomeMachines: boolean
  readonly isForLinux: boolean
  /** Dependencies and optional dependencies. */
  readonly needs: readonly string[]
  readonly developmentNeeds: readonly string[]
}

type Entry = Readonly<Record<string, unknown>>

export function readLock(text: string): LockedPackage[] {
  const packages = (JSON.parse(text).packages ?? {}) as Record<string, Entry>
  return Object.entries(packages)
    .filter(([, entry]) => entry.link !== true)
    .map(([path, entry]) => {
      const os = [entry.os ?? []].flat()
      return {
        path,
        name:
          path.startsWith('node_modules/') || path.includes('/node_modules/')
            ? (path.split('node_modules/').at(-1) ?? '')
            : String(entry.name ?? ''),
        version: String(entry.version ?? ''),
        licence: String(entry.license ?? ''),
        integrity: entry.integrity as string | undefined,
        resolved: entry.resolved as string | undefined,
        hasInstallScript: entry.hasInstallScript === true,
        isOurs: !path.includes('node_modules/'),
        isForSomeMachines: os.length > 0,
        isForLinux: os.length === 0 || os.includes('linux'),
        needs: [...names(entry.dependencies), ...names(entry.optionalDependencies)],
        developmentNeeds: names(entry.devDependencies),
      }
    })
}

function names(value: unknown): string[] {
  return Object.keys((value as object | undefined) ?? {})
}

/**
 * Packages of others that run: in the server and the media process, or in the browser (everything that the
 * web app's build puts into what it serves). For Linux, sorted by name.
 */
export function runTimeClosure(lock: readonly LockedPackage[], part: 'server' | 'browser'): LockedPackage[] {
  const found = new Map<string, LockedPackage>()
  const queue: { name: string; from: string }[] = []
  for (const entry of lock) {
    if (!entry.isOurs || entry.path === '') continue
    const isBrowser = entry.path === 'apps/web' || entry.path === 'apps/widget'
    if (part === 'browser' ? !isBrowser : isBrowser || entry.path === 'packages/testing') continue
    const bundled = entry.developmentNeeds.filter((name) => !/^(@types\/|vite$|@vitejs\/)/.test(name))
    for (const name of [...entry.needs, ...(isBrowser ? bundled : [])]) queue.push({ name, from: entry.path })
  }
  for (let next = queue.pop(); next; next = queue.pop()) {
    const entry = resolve(lock, next.name, next.from)
    if (!entry || entry.isOurs || !entry.isForLinux || found.has(entry.path)) continue
    found.set(entry.path, entry)
    for (const name of entry.needs) queue.push({ name, from: entry.path })
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** As Node looks a package up: in the nearest node_modules above. */
function resolve(lock: readonly LockedPackage[], name: string, from: string): LockedPackage | undefined {
  for (let folder = from; ; folder = folder.replace(/\/?[^/]*$/, '')) {
    const path = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`
    const entry = lock.find((candidate) => candidate.path === path)
    if (entry || folder === '') return entry
  }
}
