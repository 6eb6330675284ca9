// Markdown: one title per file, and no link to a file that is not there.
import { posix } from 'node:path'
import type { Offence, SourceTree } from './tree.ts'

export function checkDocuments(tree: SourceTree): Offence[] {
  const offences: Offence[] = []
  for (const path of tree.paths.filter((file) => file.endsWith('.md') && !file.includes('/fixtures/'))) {
    const lines = outsideCode(tree.lines(path))
    const titles = lines.filter((line) => /^# /.test(line))
    if (titles.length !== 1)
      offences.push({ where: path, rule: 'one-title', message: `${titles.length} titles, exactly one` })
    for (const target of lines.flatMap(linkTargets)) {
      const file = posix.normalize(posix.join(posix.dirname(path), target))
      const isThere =
        tree.has(file) || tree.paths.some((other) => other.startsWith(`${file.replace(/\/$/, '')}/`))
      if (!isThere) offences.push({ where: path, rule: 'dead-link', message: `${target} does not exist` })
    }
  }
  return offences
}

/** The lines with fenced code emptied. */
function outsideCode(lines: readonly string[]): string[] {
  let isCode = false
  return lines.map((line) => {
    const isFence = /^\s*(```|~~~)/.test(line)
    if (isFence) isCode = !isCode
    return isCode || isFence ? '' : line
  })
}

/** Relative targets of links and pictures, without their fragment. */
function linkTargets(line: string): string[] {
  return [...line.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => (match[1] ?? '').split('#')[0] ?? '')
    .filter((target) => target !== '' && !/^[a-z]+:/.test(target))
}
