// Reads unknown values into known ones. The first thing that is wrong is remembered with its place; what is
// read after it is a stand-in that nobody uses, because the reader asks for `problem` at the end.

type Fields = Readonly<Record<string, unknown>>

export class FieldReader {
  #problem: string | undefined

  /** The place of the first wrong value; undefined when all were right. */
  get problem(): string | undefined {
    return this.#problem
  }

  wrong(place: string): void {
    this.#problem ??= place
  }

  object(value: unknown, place: string): Fields {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields
    this.wrong(place)
    return {}
  }

  list(value: unknown, place: string, lengthMax: number): readonly unknown[] {
    if (Array.isArray(value) && value.length <= lengthMax) return value
    this.wrong(place)
    return []
  }

  number(value: unknown, place: string, min: number, max: number): number {
    if (typeof value === 'number' && value >= min && value <= max) return value
    this.wrong(place)
    return min
  }

  whole(value: unknown, place: string, min: number, max: number): number {
    const read = this.number(value, place, min, max)
    if (Number.isInteger(read)) return read
    this.wrong(place)
    return min
  }

  text(value: unknown, place: string, charsMin: number, charsMax: number): string {
    if (typeof value === 'string' && value.length >= charsMin && value.length <= charsMax) return value
    this.wrong(place)
    return ''
  }

  flag(value: unknown, place: string): boolean {
    if (typeof value === 'boolean') return value
    this.wrong(place)
    return false
  }

  oneOf<T extends string>(value: unknown, place: string, choices: readonly [T, ...T[]]): T {
    const found = choices.find((choice) => choice === value)
    if (found !== undefined) return found
    this.wrong(place)
    return choices[0]
  }

  optional<T>(value: unknown, read: (value: unknown) => T): T | undefined {
    return value === undefined ? undefined : read(value)
  }
}
