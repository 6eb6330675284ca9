// Limits towards mail servers and those who issue tokens, with their units.
import { type Ms, minutes, seconds } from '@rufwerk/core'

export const HOST_CHARS_MAX = 253
export const USER_CHARS_MAX = 254
export const SECRET_CHARS_MAX = 4_096
export const NAME_CHARS_MAX = 80
/** Of a mail server or an issuer of tokens of one's own, and the length of each in PEM. */
export const AUTHORITIES_MAX = 10
export const AUTHORITY_CHARS_MAX = 16_384
/** To connect, to be greeted, and for the whole of a silence. */
export const CONNECT_TIMEOUT: Ms = seconds(10)
export const SILENCE_TIMEOUT: Ms = seconds(60)
export const TOKEN_TIMEOUT: Ms = seconds(10)
/** Of the answer with a token. */
export const TOKEN_BYTES_MAX = 64 * 1024
/** A token that ends sooner is fetched anew. */
export const TOKEN_RESERVE: Ms = minutes(1)
/** Of what a mail server says, as far as it is shown. */
export const REPLY_CHARS_MAX = 200
/** Of an attachment, coded at once. */
export const PIECE_BYTES = 48 * 1024
