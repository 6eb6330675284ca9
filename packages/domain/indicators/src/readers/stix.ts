// STIX 2.1 bundles: objects of type `indicator` with patterns of STIX.
import type { Condition, Observable, Provenance, Reading } from '../model.ts'
import { Collected } from '../remarks.ts'
import { type Json, listOf, objectOf, parseJson, textOf } from './json.ts'
import type { Source } from './list.ts'
import { readPattern } from './stix-pattern.ts'

/** What describes others and names nothing to search for: no remark is needed. */
const DESCRIPTIONS = new Set(['marking-definition', 'identity', 'extension-definition', 'relationship'])

export function isStix(json: unknown): boolean {
  return objectOf(json)?.type === 'bundle'
}

export function readStix(text: string, source: Source): Reading {
  const found = new Collected()
  const parsed = parseJson(text)
  if (!parsed.ok) found.remark(parsed.error.code, '/', parsed.error.about)
  else if (!isStix(parsed.value)) found.remark('not-this-format', '/type', 'STIX 2.1')
  else
    for (const [at, one] of listOf(objectOf(parsed.value)?.objects).entries())
      readObject(objectOf(one), `/objects/${at}`, source, found)
  return found.reading('stix')
}

function readObject(object: Json | undefined, place: string, source: Source, found: Collected): void {
  const type = textOf(object?.type)
  if (object === undefined || type === undefined) {
    found.remark('field-missing', place)
    return
  }
  if (type !== 'indicator') {
    if (!DESCRIPTIONS.has(type)) found.remark('type-unknown', place, type)
    return
  }
  const name = textOf(object.name) ?? textOf(object.id) ?? 'indicator'
  const pattern = textOf(object.pattern)
  if (object.revoked === true) {
    found.remark('revoked', place, name)
    return
  }
  if (object.pattern_type !== undefined && object.pattern_type !== 'stix') {
    found.remark('not-applicable', `${place}/pattern_type`, String(object.pattern_type))
    return
  }
  if (pattern === undefined) {
    found.remark('field-missing', `${place}/pattern`)
    return
  }
  const read = readPattern(pattern)
  if (!read.ok) {
    found.remark(read.error.code, `${place}/pattern`, read.error.about)
    return
  }
  take(read.value, name, { ...provenanceOf(object, source), place: `${place}/pattern` }, found)
}

function provenanceOf(object: Json, source: Source): Omit<Provenance, 'place'> {
  const validFrom = textOf(object.valid_from)
  const validUntil = textOf(object.valid_until)
  const { confidence } = object
  return {
    ...source,
    ...(typeof confidence === 'number' && { confidence: String(confidence) }),
    ...(validFrom !== undefined && { validFrom }),
    ...(validUntil !== undefined && { validUntil }),
  }
}

/** Alternatives of single values are indicators; what has to come together stays a rule. */
function take(condition: Condition, name: string, from: Provenance, found: Collected): void {
  const observables = alternativesOf(condition)
  if (observables === undefined) found.rule({ name, condition, ...from })
  else for (const observable of observables) found.indicator(observable, from)
}

function alternativesOf(condition: Condition): readonly Observable[] | undefined {
  if (condition.type === 'seen') return [condition.observable]
  if (condition.type !== 'any') return undefined
  const parts = condition.parts.map(alternativesOf)
  return parts.every((part) => part !== undefined) ? parts.flat() : undefined
}
