// Who may import whom: declared dependencies within the table, imports within what is declared, packages only
// through their doors.
import { posix } from 'node:path'
import { MAY_REACH_BY_PATH, MAY_USE, PURE, WITHOUT_DEPENDENCIES } from './architecture.ts'
import { ownerOf, SCOPE, type Workspace, workspaces } from './packages.ts'
import type { Offence, SourceTree } from './tree.ts'

export function checkLayers(tree: SourceTree): Offence[] {
  const all = workspaces(tree)
  const offences = all.flatMap((workspace) => checkDeclared(workspace))
  for (const path of tree.code()) {
    const owner = ownerOf(path, all)
    if (!owner) continue
    for (const { specifier, line } of tree.module(path).imports) {
      const message = checkImport(path, specifier, owner, all)
      if (message) offences.push({ where: `${path}:${line}`, rule: 'layers', message })
    }
  }
  return offences
}

function checkDeclared(workspace: Workspace): Offence[] {
  if (workspace.name === 'root') return []
  const where = `${workspace.folder}/package.json`
  const allowed = MAY_USE[workspace.name]
  if (!allowed) return [{ where, rule: 'layers', message: `${workspace.name} is not in the table` }]
  const offences: Offence[] = []
  for (const dependency of workspace.dependencies) {
    const isOurs = dependency.startsWith(SCOPE)
    if (isOurs && !allowed.includes(dependency.slice(SCOPE.length)))
      offences.push({ where, rule: 'layers', message: `${workspace.name} may not use ${dependency}` })
    if (!isOurs && WITHOUT_DEPENDENCIES.includes(workspace.name))
      offences.push({
        where,
        rule: 'layers',
        message: `${workspace.name} takes no dependency (${dependency})`,
      })
  }
  return offences
}

/** What is wrong with this import, if anything. */
function checkImport(
  path: string,
  specifier: string,
  owner: Workspace,
  all: readonly Workspace[],
): string | undefined {
  if (specifier.startsWith('.')) return checkRelative(path, specifier, owner, all)
  if (specifier.startsWith('node:')) return checkNodeModule(path, specifier, owner)
  if (specifier.startsWith('virtual:')) return undefined
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
  if (name.startsWith(SCOPE)) return checkOurs(path, specifier, name, owner, all)
  const root = all.find((workspace) => workspace.name === 'root')
  const isBrowserApp = owner.name === 'web' || owner.name === 'widget'
  const mayBeDevelopment = isOutsideProduct(path) || isBrowserApp
  const declared = [...owner.dependencies, ...(mayBeDevelopment ? owner.devDependencies : [])]
  if (isOutsideProduct(path)) declared.push(...(root?.devDependencies ?? []))
  if (declared.includes(name) || declared.includes(`@types/${name}`)) return undefined
  return `${name} is not declared in ${owner.folder || '.'}/package.json`
}

function checkRelative(
  path: string,
  specifier: string,
  owner: Workspace,
  all: readonly Workspace[],
): string | undefined {
  const target = posix.join(posix.dirname(path), specifier)
  const reachable = Object.entries(MAY_REACH_BY_PATH)
  if (reachable.some(([from, to]) => path.startsWith(from) && target.startsWith(to))) return undefined
  if (target.startsWith('..') || ownerOf(target, all) !== owner)
    return `${specifier} leaves the package; import it by name`
  const isBrowserFile = /\.(css|svg|json|html)(\?\w+)?$/.test(specifier)
  return isBrowserFile || /\.(ts|tsx|mjs|js)$/.test(specifier) ? undefined : `${specifier} has no file ending`
}

function checkNodeModule(path: string, specifier: string, owner: Workspace): string | undefined {
  const allowed = PURE[owner.name]
  if (!allowed || isOutsideProduct(path) || allowed.includes(specifier)) return undefined
  return `${owner.name} touches nothing outside itself; ${specifier} is not for it`
}

function checkOurs(
  path: string,
  specifier: string,
  name: string,
  owner: Workspace,
  all: readonly Workspace[],
): string | undefined {
  const short = name.slice(SCOPE.length)
  if (short === owner.name) return undefined
  const target = all.find((workspace) => workspace.name === short)
  if (!target) return `${name} does not exist`
  const door = specifier === name ? '.' : `.${specifier.slice(name.length)}`
  if (!target.doors.includes(door)) return `${specifier} is not a door of ${name}`
  if (owner.name === 'root') return undefined
  if (isOutsideProduct(path)) {
    const declared = [...owner.dependencies, ...owner.devDependencies]
    return declared.includes(name) || short === 'testing' ? undefined : `${name} is not declared`
  }
  if (short === 'testing') return 'the testing package is for tests only'
  return owner.dependencies.includes(name)
    ? undefined
    : `${name} is not declared in ${owner.folder}/package.json`
}

/** Tests, end-to-end tests, build scripts: they may use what is only there for development. */
function isOutsideProduct(path: string): boolean {
  return (
    /(^|\/)(test|e2e)\//.test(path) ||
    /\/src\/testing(\.ts|\/)/.test(path) ||
    /^(tools|interop|bench|sim|fuzz)\//.test(path) ||
    /^apps\/(web|widget)\/[^/]+\.ts$/.test(path)
  )
}
