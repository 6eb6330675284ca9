// The headers of one message, in order. Names compare without case and compact forms equal their long form;
// values keep their text (folds become one space) and can never carry CR, LF or NUL.
// Content-Length is not among them: parsing checks it, writing computes it.
import type { CSeq } from './cseq.ts'
import type { NameAddr } from './name-addr.ts'
import type { Via } from './via.ts'

/**
 * Typed accessors parse once and keep the result. After `parseMessage` they are safe: what they read was
 * checked. On headers built here they throw SipError when the header is missing or does not parse.
 */
export class Headers {
  /** The first value, or undefined. */
  get(_name: string): string | undefined {
    return undefined
  }

  /** One value per header line, in order; lists are not split. */
  all(_name: string): readonly string[] {
    return []
  }

  /** Entries of a comma-separated header over all its lines; commas in quotes and angle brackets do not split. */
  list(_name: string): readonly string[] {
    return []
  }

  has(_name: string): boolean {
    return false
  }

  /** Replaces every line of that name by one, at the place of the first. Throws SipError on CR, LF or NUL. */
  set(_name: string, _value: string): this {
    return this
  }

  /** Appends a line. Throws SipError on CR, LF or NUL. */
  add(_name: string, _value: string): this {
    return this
  }

  /** Puts a line before all others (Via). Throws SipError on CR, LF or NUL. */
  prepend(_name: string, _value: string): this {
    return this
  }

  delete(_name: string): this {
    return this
  }

  *entries(): IterableIterator<readonly [name: string, value: string]> {}

  clone(): Headers {
    return new Headers()
  }

  /** The topmost Via. */
  get via(): Via {
    throw new Error('not yet')
  }

  get vias(): readonly Via[] {
    return []
  }

  get from(): NameAddr {
    throw new Error('not yet')
  }

  get to(): NameAddr {
    throw new Error('not yet')
  }

  get fromTag(): string | undefined {
    return undefined
  }

  get toTag(): string | undefined {
    return undefined
  }

  get callId(): string {
    throw new Error('not yet')
  }

  get cseq(): CSeq {
    throw new Error('not yet')
  }

  /** Empty when absent or `*`. */
  get contacts(): readonly NameAddr[] {
    return []
  }

  /** `Contact: *` (only meaningful in REGISTER). */
  get isContactStar(): boolean {
    return false
  }

  get routes(): readonly NameAddr[] {
    return []
  }

  get recordRoutes(): readonly NameAddr[] {
    return []
  }

  get maxForwards(): number | undefined {
    return undefined
  }

  /** Seconds, 0 to 2^32-1. */
  get expires(): number | undefined {
    return undefined
  }

  /** Media type in lower case without parameters, e.g. `application/sdp`. */
  get contentType(): string | undefined {
    return undefined
  }
}
