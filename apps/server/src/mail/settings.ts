// What an admin wrote, together with the secrets that are kept. These are kept only for the same server
// and user: otherwise somebody could have them sent to another one.
import type { MailSettings } from '@rufwerk/contract/mail'
import type { MailServer, SignIn } from '@rufwerk/mail'

export function mailServerOf(settings: MailSettings, before: MailServer | undefined): MailServer {
  const { host, port, security, fromAddress, fromName, authorities } = settings
  const isSame =
    before?.host === host &&
    before.port === port &&
    before.security === security &&
    String(before.authorities ?? '') === String(authorities ?? '')
  return {
    ...{ host, port, security },
    from: { address: fromAddress, ...(fromName !== undefined && { name: fromName }) },
    ...(authorities && authorities.length > 0 && { authorities }),
    signIn: signInOf(settings.signIn, isSame ? before.signIn : undefined),
  }
}

function signInOf(wanted: MailSettings['signIn'], before: SignIn | undefined): SignIn {
  switch (wanted.how) {
    case 'nothing':
      return { how: 'nothing' }
    case 'password': {
      const isSame = before?.how === 'password' && before.user === wanted.user
      return { ...wanted, password: wanted.password ?? (isSame ? before.password : '') }
    }
    case 'oauth2': {
      const { clientSecret, refreshToken, ...rest } = wanted
      const isSame =
        before?.how === 'oauth2' &&
        before.user === wanted.user &&
        before.tokenUrl === wanted.tokenUrl &&
        before.clientId === wanted.clientId
      const renewed = refreshToken ?? (isSame ? before.refreshToken : undefined)
      return {
        ...rest,
        clientSecret: clientSecret ?? (isSame ? before.clientSecret : ''),
        ...(renewed !== undefined && { refreshToken: renewed }),
      }
    }
  }
}
