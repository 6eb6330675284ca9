// Breaks comments that are wider than a line may be, as the formatter leaves comments alone. Touches only
// blocks in which some line is too wide, and never lists, tables or drawings.
import { LINE_CHARS_MAX } from './budgets.ts'

const LINE_COMMENT = /^(\s*)\/\/ (\S.*)$/
const DOC_LINE = /^(\s*)\/\*\* (\S.*) \*\/$/
const DOC_INNER = /^(\s*) \* (\S.*)$/
/** Begins a list, a row, a drawing or a tag: its line breaks mean something. */
const KEEPS_BREAKS = /^([*\-|+0-9@#`]| {2}|\w+ {2,})|\|.*\|/

/** The text with its too wide comments broken. */
export function reflow(text: string): string {
  const lines = text.split('\n')
  const out: string[] = []
  for (let index = 0; index < lines.length; ) {
    const line = lines[index] ?? ''
    const doc = DOC_LINE.exec(line)
    if (doc && line.length > LINE_CHARS_MAX) {
      out.push(`${doc[1]}/**`, ...wrap(doc[2] ?? '', `${doc[1]} * `), `${doc[1]} */`)
      index++
      continue
    }
    const length = Math.max(blockLength(lines, index, LINE_COMMENT), blockLength(lines, index, DOC_INNER))
    const block = lines.slice(index, index + Math.max(1, length))
    out.push(...(length > 0 ? reflowBlock(block) : block))
    index += block.length
  }
  return out.join('\n')
}

/** How many lines from here on belong to one paragraph of a comment. */
function blockLength(lines: readonly string[], from: number, pattern: RegExp): number {
  const indent = pattern.exec(lines[from] ?? '')?.[1]
  if (indent === undefined) return 0
  let length = 0
  for (;;) {
    const match = pattern.exec(lines[from + length] ?? '')
    if (!match || match[1] !== indent) return length
    length++
  }
}

function reflowBlock(block: readonly string[]): readonly string[] {
  if (block.every((line) => line.length <= LINE_CHARS_MAX)) return block
  const first = block[0] ?? ''
  const prefix = `${/^\s*/.exec(first)?.[0]}${LINE_COMMENT.test(first) ? '// ' : '* '}`
  const texts = block.map((line) => line.trimStart().replace(/^(\/\/|\*) /, ''))
  if (texts.some((text) => KEEPS_BREAKS.test(text))) return block
  return wrap(texts.join(' '), prefix)
}

function wrap(text: string, prefix: string): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && prefix.length + line.length + 1 + word.length > LINE_CHARS_MAX) {
      lines.push(prefix + line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, prefix + line]
}
