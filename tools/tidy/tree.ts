// What tidy looks at: the tracked and the not yet ignored files as texts. Tests give it small made-up trees.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ModuleFacts, readModule } from './syntax.ts'

/** One broken rule at one place. */
export interface Offence {
  /** Path from the project folder, with the line where there is one. */
  readonly where: string
  readonly rule: string
  readonly message: string
}

const CODE = /\.(ts|tsx|mts|mjs|js)$/
const TEST = /\.test\.(ts|tsx|mjs)$/

export class SourceTree {
  readonly paths: readonly string[]
  readonly #read: (path: string) => string | undefined
  readonly #modules = new Map<string, ModuleFacts>()

  /** `read` returns undefined for a binary file. */
  constructor(paths: readonly string[], read: (path: string) => string | undefined) {
    this.paths = [...paths].sort()
    this.#read = read
  }

  has(path: string): boolean {
    return this.paths.includes(path)
  }

  text(path: string): string | undefined {
    return this.#read(path)
  }

  lines(path: string): string[] {
    const lines = (this.text(path) ?? '').split('\n')
    if (lines.at(-1) === '') lines.pop()
    return lines
  }

  json(path: string): Record<string, unknown> {
    return JSON.parse(this.text(path) ?? '{}')
  }

  /** TypeScript and JavaScript, tests included, built output not. */
  code(): string[] {
    return this.paths.filter((path) => CODE.test(path))
  }

  tests(): string[] {
    return this.paths.filter((path) => TEST.test(path))
  }

  module(path: string): ModuleFacts {
    const known = this.#modules.get(path)
    if (known) return known
    const facts = readModule(path, this.text(path) ?? '')
    this.#modules.set(path, facts)
    return facts
  }
}

/** The tree as it lies on the disk: what git tracks, and new files that it does not ignore. */
export function readTree(projectFolder: string): SourceTree {
  const list = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
    cwd: projectFolder,
    encoding: 'utf8',
  })
  const paths = list.split('\0').filter((path) => path !== '' && existsSync(join(projectFolder, path)))
  const texts = new Map<string, string | undefined>()
  return new SourceTree([...new Set(paths)], (path) => {
    if (!texts.has(path)) texts.set(path, readText(join(projectFolder, path)))
    return texts.get(path)
  })
}

/** A tree out of nothing, for tests: path to text. */
export function treeOf(files: Readonly<Record<string, string>>): SourceTree {
  return new SourceTree(Object.keys(files), (path) => files[path])
}

function readText(file: string): string | undefined {
  const bytes = readFileSync(file)
  return bytes.subarray(0, 8000).includes(0) ? undefined : bytes.toString('utf8')
}
