// Sizes of style: how long a file, a function and a line may be, how many names a package exports, how many
// files a folder holds and how deep folders go. And the head of every file.
import { posix } from 'node:path'
import type { Offence, SourceTree } from './tree.ts'

const FILE_LINES_MAX = 500
/** Shorter files are crumbs, except an index.ts and what stands beside tests. */
const FILE_LINES_MIN = 10
const FUNCTION_LINES_MAX = 70
export const LINE_CHARS_MAX = 110
const EXPORTED_NAMES_MAX = 40
const FOLDER_FILES_MAX = 20
const DEPTH_BELOW_SRC_MAX = 2
const HEAD_LINES_MAX = 5

const isTest = (path: string) => /(^|\/)(test|e2e|interop)\//.test(path)
/** Components are functions that return a page; their length is in the markup, not in the logic. */
const COMPONENT_LINES_MAX = 140

export function checkBudgets(tree: SourceTree): Offence[] {
  const code = tree.code()
  return [
    ...code.flatMap((path) => checkFile(tree, path)),
    ...code.flatMap((path) => checkLines(tree, path)),
    ...checkFolders(code),
  ]
}

function checkFile(tree: SourceTree, path: string): Offence[] {
  const offences: Offence[] = []
  const add = (line: number, rule: string, message: string) =>
    offences.push({ where: line > 0 ? `${path}:${line}` : path, rule, message })
  const lines = tree.lines(path)
  const facts = tree.module(path)
  for (const error of facts.errors) add(0, 'syntax', error)
  if (lines.length > FILE_LINES_MAX) add(0, 'file-length', `${lines.length} lines, at most ${FILE_LINES_MAX}`)
  const isIndex = posix.basename(path) === 'index.ts'
  const isDeclaration = /\.d\.m?ts$/.test(path)
  if (lines.length < FILE_LINES_MIN && !isIndex && !isDeclaration && !isTest(path))
    add(0, 'crumb', `${lines.length} lines; put it where it is used`)
  if (!isIndex && !isDeclaration && !/\.test\.\w+$/.test(path)) {
    const problem = headProblem(lines)
    if (problem) add(1, 'head', problem)
  }
  for (const line of facts.vagueExports) add(line, 'exports', 'explicit named exports only')
  if (isIndex && facts.exportedNames.length > EXPORTED_NAMES_MAX)
    add(0, 'exports', `${facts.exportedNames.length} exported names, at most ${EXPORTED_NAMES_MAX}`)
  const limit = path.endsWith('.tsx') ? COMPONENT_LINES_MAX : FUNCTION_LINES_MAX
  if (!isTest(path))
    for (const { line, lines: length } of facts.functions)
      if (length > limit) add(line, 'function-length', `${length} lines, at most ${limit}`)
  for (const line of facts.emptyCatches) add(line, 'empty-catch', 'say why nothing is done')
  return offences
}

function headProblem(lines: readonly string[]): string | undefined {
  const first = lines[0]?.startsWith('#!') ? 1 : 0
  if (!/^\s*(\/\/|\/\*)/.test(lines[first] ?? '')) return 'the file begins with what it is, in 1 to 5 lines'
  let length = 0
  // An empty comment line ends the head: packet layouts and tables may follow it.
  while (/^\/\/\s*\S/.test(lines[first + length] ?? '')) length++
  return length > HEAD_LINES_MAX ? `the head has ${length} lines, at most ${HEAD_LINES_MAX}` : undefined
}

/** A line that is one text cannot be broken without making it worse to read and to search. */
const ONE_TEXT =
  /^\s*(?:[\w.'"[\]-]+\s*[:=]\s*)?(?:\w+\()?(['"`]).*\1[\])},;]*$|https?:\/\/|^\s*\/[^*/].*\/[a-z]*,?$/

function checkLines(tree: SourceTree, path: string): Offence[] {
  const offences: Offence[] = []
  for (const [index, line] of tree.lines(path).entries()) {
    if (line.length <= LINE_CHARS_MAX || ONE_TEXT.test(line)) continue
    const message = `${line.length} characters, at most ${LINE_CHARS_MAX}`
    offences.push({ where: `${path}:${index + 1}`, rule: 'line-length', message })
  }
  return offences
}

function checkFolders(code: readonly string[]): Offence[] {
  const offences: Offence[] = []
  const folders = Map.groupBy(code, (path) => posix.dirname(path))
  for (const [folder, files] of folders) {
    if (files.length > FOLDER_FILES_MAX)
      offences.push({
        where: folder,
        rule: 'folder-size',
        message: `${files.length} files, at most ${FOLDER_FILES_MAX}`,
      })
    const below = folder.split('/src/')[1]?.split('/').length ?? 0
    if (below > DEPTH_BELOW_SRC_MAX)
      offences.push({
        where: folder,
        rule: 'depth',
        message: `more than ${DEPTH_BELOW_SRC_MAX} folders below src`,
      })
  }
  return offences
}
