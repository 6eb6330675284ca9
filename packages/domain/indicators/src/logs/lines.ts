// Lines of a text that comes in pieces; what is too long is passed over and told.
import { LOG_LIMITS } from './format.ts'

/** `text` is absent where the line was too long. */
export interface Line {
  readonly number: number
  readonly text?: string
}

export class LineCutter {
  #rest = ''
  #isTooLong = false
  #number = 0

  /** Never keeps more than one line of the allowed length. */
  push(piece: string): Line[] {
    const lines: Line[] = []
    let at = 0
    for (let end = piece.indexOf('\n'); end >= 0; end = piece.indexOf('\n', at)) {
      this.#keep(piece.slice(at, end))
      lines.push(this.#line())
      at = end + 1
    }
    this.#keep(piece.slice(at))
    return lines
  }

  /** The last line, when no line feed is behind it. */
  end(): Line[] {
    return this.#rest === '' && !this.#isTooLong ? [] : [this.#line()]
  }

  #keep(text: string): void {
    if (this.#rest.length + text.length > LOG_LIMITS.lineChars + 1) {
      this.#isTooLong = true
      this.#rest = ''
    }
    if (!this.#isTooLong) this.#rest += text
  }

  #line(): Line {
    this.#number += 1
    const text = this.#rest.replace(/\r$/, '').replace(/^\uFEFF/, '')
    const isTooLong = this.#isTooLong || text.length > LOG_LIMITS.lineChars
    this.#rest = ''
    this.#isTooLong = false
    return isTooLong ? { number: this.#number } : { number: this.#number, text }
  }
}
