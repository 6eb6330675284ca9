// The packages of a tree, with what each declares.
import { posix } from 'node:path'
import type { SourceTree } from './tree.ts'

export interface Workspace {
  /** Path of its folder; empty for the root. */
  readonly folder: string
  /** `sip` for @rufwerk/sip; `root` for the project itself. */
  readonly name: string
  readonly dependencies: readonly string[]
  readonly devDependencies: readonly string[]
  readonly doors: readonly string[]
}

export const SCOPE = '@rufwerk/'

export function workspaces(tree: SourceTree): Workspace[] {
  return tree.paths
    .filter((path) => path === 'package.json' || path.endsWith('/package.json'))
    .filter((path) => !path.includes('/fixtures/'))
    .map((path) => {
      const json = tree.json(path)
      const name = String(json.name ?? '')
      const keys = (field: string) => Object.keys((json[field] as object | undefined) ?? {})
      return {
        folder: path === 'package.json' ? '' : posix.dirname(path),
        name: name.startsWith(SCOPE) ? name.slice(SCOPE.length) : 'root',
        dependencies: [...keys('dependencies'), ...keys('optionalDependencies')],
        devDependencies: keys('devDependencies'),
        doors: keys('exports'),
      }
    })
}

/** The package a file belongs to: the deepest folder with a package.json above it. */
export function ownerOf(path: string, all: readonly Workspace[]): Workspace | undefined {
  const above = all.filter((workspace) => workspace.folder === '' || path.startsWith(`${workspace.folder}/`))
  return above.sort((a, b) => b.folder.length - a.folder.length)[0]
}
