// JSON as data of strangers: parsed within limits of size and depth, and read field by field.
import { type Failed, fail, ok, type Result } from '@rufwerk/core'
import { LIMITS } from '../model.ts'
import type { RemarkCode } from '../remarks.ts'

export type Json = Readonly<Record<string, unknown>>

export function parseJson(
  text: string,
): Result<unknown, { readonly code: RemarkCode; readonly about: string }> {
  if (text.length > LIMITS.document) return fail({ code: 'document-too-large', about: '' })
  if (depthOf(text) > LIMITS.depth) return fail({ code: 'too-deep', about: '' })
  try {
    return ok(JSON.parse(text.replace(/^\uFEFF/, '')))
  } catch (error) {
    return fail({ code: 'not-json', about: error instanceof Error ? error.message : '' }) as Failed<{
      code: RemarkCode
      about: string
    }>
  }
}

/** How deep brackets are nested, outside of strings. */
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  let isText = false
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (isText) {
      if (code === 0x5c) at += 1
      else if (code === 0x22) isText = false
    } else if (code === 0x22) isText = true
    else if (code === 0x5b || code === 0x7b) {
      depth += 1
      if (depth > deepest) deepest = depth
    } else if (code === 0x5d || code === 0x7d) depth -= 1
  }
  return deepest
}

export function objectOf(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
