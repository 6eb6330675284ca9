// Delivers one mail after the other by SMTP (RFC 5321), a connection for each: mails are few. TLS 1.2 at
// least; a server that offers none gets nothing unless it is local and was set up so.
import { Readable } from 'node:stream'
import { fail, ok, type Result, type WallTime } from '@rufwerk/core'
import { checkMail, type DeliveryFailure, type Mail } from '@rufwerk/messaging/mail'
import { failureOf } from './failures.ts'
import { CONNECT_TIMEOUT, PIECE_BYTES, SILENCE_TIMEOUT } from './limits.ts'
import type { MailServer, SignIn } from './mail-server.ts'
import { Tokens } from './tokens.ts'

export interface SmtpPorts {
  readonly wallTime: () => WallTime
  /** A refresh token that must be kept in place of the one in this. */
  readonly onRefreshToken?: (refreshToken: string, of: SignIn) => void
}

type Login =
  | { readonly user: string; readonly pass: string }
  | { readonly type: 'OAuth2'; readonly user: string; readonly accessToken: string }

export class SmtpSender {
  readonly #tokens: Tokens

  constructor(ports: SmtpPorts) {
    this.#tokens = new Tokens(ports)
  }

  /** Ok: the server has taken it. Never rejects. */
  async deliver(server: MailServer, mail: Mail): Promise<Result<void, DeliveryFailure>> {
    const checked = checkMail(mail)
    if (!checked.ok) return fail({ code: checked.error.code, sentence: checked.error.message, isFinal: true })
    const login = await this.#loginOf(server)
    if (!login.ok) return login
    try {
      // Loaded when it is needed: most starts send no mail.
      const { createTransport } = await import('nodemailer')
      const transport = createTransport(this.#options(server, login.value))
      await transport.sendMail(messageOf(server, mail))
      return ok(undefined)
    } catch (error) {
      const failure = failureOf(error, server)
      if (failure.code === 'sign-in') this.#tokens.forget()
      return fail(failure)
    }
  }

  async #loginOf({
    signIn,
    authorities = [],
  }: MailServer): Promise<Result<Login | undefined, DeliveryFailure>> {
    if (signIn.how === 'nothing') return ok(undefined)
    if (signIn.how === 'password') return ok({ user: signIn.user, pass: signIn.password })
    const token = await this.#tokens.tokenFor(signIn, authorities)
    return token.ok ? ok({ type: 'OAuth2', user: signIn.user, accessToken: token.value }) : token
  }

  #options({ host, port, security, authorities = [] }: MailServer, auth: Login | undefined) {
    return {
      ...{
        host,
        port,
        secure: security === 'tls',
        requireTLS: security === 'starttls',
        ignoreTLS: security === 'none',
      },
      ...(auth && { auth }),
      tls: {
        minVersion: 'TLSv1.2' as const,
        ...(authorities.length > 0 && { ca: [...authorities] }),
      },
      connectionTimeout: CONNECT_TIMEOUT,
      greetingTimeout: CONNECT_TIMEOUT,
      socketTimeout: SILENCE_TIMEOUT,
      // What stands in a mail never names a file or an address to be read.
      disableFileAccess: true,
      disableUrlAccess: true,
    }
  }
}

/** Addresses as objects: nothing in them is parsed again. */
function messageOf({ from }: MailServer, { to, subject, text, attachment }: Mail) {
  return {
    from: { name: from.name ?? '', address: from.address },
    to: { name: '', address: to },
    subject,
    text,
    // RFC 3834 §5: nobody's holiday message shall answer.
    headers: { 'Auto-Submitted': 'auto-generated' },
    ...(attachment && {
      attachments: [
        {
          filename: attachment.fileName,
          contentType: attachment.type,
          content: Readable.from(pieces(attachment.bytes)),
        },
      ],
    }),
  }
}

/** So that the other work of this thread goes on while a large attachment is coded. */
function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES)
}
