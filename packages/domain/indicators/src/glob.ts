// Wildcards without regular expressions: time grows with text times pattern, never faster.
import type { GlobPart } from './model.ts'

/** `*` and `?` are wildcards; with `escapes`, a backslash before one of them or itself makes it a letter. */
export function readGlob(pattern: string, escapes = false): GlobPart[] {
  const parts: GlobPart[] = []
  let text = ''
  const add = (part: GlobPart): void => {
    if (text !== '') parts.push(text)
    text = ''
    const last = parts.at(-1)
    if (typeof part !== 'string' && part.any === 'many' && isMany(last)) return
    parts.push(part)
  }
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern.charAt(at)
    if (escapes && char === '\\' && /[\\*?]/.test(pattern.charAt(at + 1))) {
      text += pattern.charAt(at + 1)
      at += 1
    } else if (char === '*') add({ any: 'many' })
    else if (char === '?') add({ any: 'one' })
    else text += char
  }
  if (text !== '') parts.push(text)
  return parts
}

function isMany(part: GlobPart | undefined): boolean {
  return typeof part === 'object' && part.any === 'many'
}

/** Whether the whole text fits. Goes back to the last `*` only. */
export function fits(text: string, glob: readonly GlobPart[]): boolean {
  let at = 0
  let place = 0
  let starPlace = -1
  let starAt = 0
  for (;;) {
    const part = glob[place]
    if (part === undefined && at === text.length) return true
    if (isMany(part)) {
      if (place === glob.length - 1) return true
      starPlace = place
      starAt = at
      place += 1
      continue
    }
    const length = part === undefined ? -1 : stepOver(text, at, part)
    if (length >= 0) {
      at += length
      place += 1
      continue
    }
    if (starPlace < 0 || starAt >= text.length) return false
    starAt = nextStart(text, starAt + 1, glob[starPlace + 1])
    if (starAt < 0) return false
    at = starAt
    place = starPlace + 1
  }
}

/** Characters that the part takes here, or -1. */
function stepOver(text: string, at: number, part: GlobPart): number {
  if (typeof part === 'string') return text.startsWith(part, at) ? part.length : -1
  return at < text.length ? 1 : -1
}

function nextStart(text: string, from: number, part: GlobPart | undefined): number {
  return typeof part === 'string' ? text.indexOf(part, from) : from <= text.length ? from : -1
}
